package argocd

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const objectsOfTheWall, taggedOfTheWall = 19, 7

var requiredTags = map[string]string{"createdBy": "crossplane", "managedBy": "messagewall-demo", "environment": "dev"}

func TestApprovedSpaceIsRendered(t *testing.T) {
	operate(t, startHub(t, nil))
	result := refresh(t, wall(parameter("space", "messagewall-dev")))
	result.shows(t, "an approved space")
	expectTheWall(t, result)
}

func TestApprovalShowsAtTheNextHardRefresh(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	app := wall(parameter("space", "messagewall-dev"))
	app.name, app.cached = "soft", true
	expectMemory(t, 256, refresh(t, app))
	h.approve("messagewall-dev/lambda", "alice")
	expectMemory(t, 256, refresh(t, app))
	app.cached = false
	expectMemory(t, 512, refresh(t, app))
	t.Log("an approval in ConfigHub: a soft refresh still shows what was cached, a hard one shows the approved revision")
}

// The unit lambda asks for 256 MB in its first revision and for 512 in its second.
func expectMemory(t *testing.T, wanted int64, result outcome) {
	t.Helper()
	for _, object := range result.objects {
		if object.GetKind() == "Function" && object.GetName() == "messagewall-dev-api-handler" {
			size, _, err := unstructured.NestedInt64(object.Object, "spec", "forProvider", "memorySize")
			must(t, err)
			if size != wanted {
				t.Errorf("memorySize is %d, not %d", size, wanted)
			}
			return
		}
	}
	t.Errorf("no such function among %d objects; the user reads: %s", len(result.objects), result.condition)
}

func TestTwentyRunsAtOnce(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	h.fault("revisions", object{"delay": 4, "times": nil}) // holds every run until all have begun
	used, results := watch(), make([]outcome, 20)
	var running sync.WaitGroup
	for i := range results {
		running.Go(func() {
			app := wall(parameter("space", "messagewall-dev"))
			app.name = fmt.Sprintf("wall-%d", i)
			results[i] = refresh(t, app)
		})
	}
	running.Wait()
	use := used()
	for _, result := range results {
		expectTheWall(t, result)
	}
	slowest := slices.MaxFunc(results, func(a, b outcome) int { return int(a.elapsed - b.elapsed) })
	t.Logf("20 Applications at once: %s; the slowest took %d ms", use, slowest.elapsed.Milliseconds())
	if use.together != len(results) {
		t.Errorf("only %d processes ran at once", use.together)
	}
}

func TestTenThousandObjects(t *testing.T) {
	units := object{}
	for i := range 20 {
		units[fmt.Sprintf("buckets-%02d", i)] = unit(manyBuckets(i, 500), "alice")
	}
	operate(t, startHub(t, object{"messagewall-huge-dev": space(units)}))
	used := watch()
	result := refresh(t, wall(parameter("space", "messagewall-huge-dev")))
	use := used()
	result.shows(t, fmt.Sprintf("10,000 objects (%s)", use))
	if len(result.objects) != 10_000 || result.bytes < 20_000_000 {
		t.Errorf("%d objects and %d bytes arrived", len(result.objects), result.bytes)
	}
	for _, object := range result.objects {
		expectTags(t, object)
	}
}

func manyBuckets(number, count int) string {
	padding := strings.Repeat("x", 2300)
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, `---
apiVersion: s3.aws.upbound.io/v1beta1
kind: Bucket
metadata:
  name: bucket-%02d-%03d
  annotations: {padding: %s}
spec:
  forProvider:
    region: eu-central-1
`, number, i, padding)
	}
	return text.String()
}

// The objects as the controller would compare and apply them.
func expectTheWall(t *testing.T, result outcome) {
	t.Helper()
	if len(result.objects) != objectsOfTheWall {
		t.Fatalf("%d objects arrived; the user reads: %s", len(result.objects), result.condition)
	}
	tagged := 0
	for _, object := range result.objects {
		if _, found, _ := unstructured.NestedMap(object.Object, "spec", "forProvider", "tags"); found {
			expectTags(t, object)
			tagged++
		}
		wanted := fmt.Sprintf("%s:%s/%s:crossplane-system/%s", result.app.name, object.GroupVersionKind().Group, object.GetKind(), object.GetName())
		if tracking := object.GetAnnotations()["argocd.argoproj.io/tracking-id"]; tracking != wanted {
			t.Errorf("%s %s is tracked as %q", object.GetKind(), object.GetName(), tracking)
		}
	}
	if tagged != taggedOfTheWall {
		t.Errorf("%d objects have tags, not %d", tagged, taggedOfTheWall)
	}
}

func expectTags(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	for key, wanted := range requiredTags {
		if value, _, _ := unstructured.NestedString(object.Object, "spec", "forProvider", "tags", key); value != wanted {
			t.Errorf("%s %s has tag %s=%q, not %q", object.GetKind(), object.GetName(), key, value, wanted)
		}
	}
}
