package argocd

import (
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The last step of the path: what came back from the plugin is applied to an API server that knows the AWS provider's kinds.
func TestWhatCameBackIsApplied(t *testing.T) {
	cluster := startCluster(t)
	operate(t, startHub(t, nil))
	result := refresh(t, wall(parameter("space", "messagewall-dev")))
	expectTheWall(t, result)
	versions := map[string]string{}
	for _, object := range result.objects {
		stored, err := cluster.apply(t, object)
		if err != nil {
			t.Errorf("%s %s is refused: %v", object.GetKind(), object.GetName(), err)
			continue
		}
		if !contains(stored.Object["spec"], object.Object["spec"]) {
			t.Errorf("%s %s is stored as %v", object.GetKind(), object.GetName(), stored.Object["spec"])
		}
		versions[string(stored.GetUID())] = stored.GetResourceVersion()
	}
	for _, object := range result.objects {
		if stored, err := cluster.apply(t, object); err == nil && stored.GetResourceVersion() != versions[string(stored.GetUID())] {
			t.Errorf("%s %s changes when it is applied again", object.GetKind(), object.GetName())
		}
	}
	t.Logf("%d objects applied by strict server-side apply against %d CRDs, unchanged when applied again", len(versions), len(cluster.plurals))
}

// That the test above would notice.
func TestAPIServerRefusesWhatTheSchemaDoesNot(t *testing.T) {
	cluster := startCluster(t)
	for spec, complaint := range map[string]string{
		`{"forProvider": {"region": "eu-central-1", "tags": ["a"]}}`: "expected map, got &{[a]}",
		`{"forProvider": {"region": "eu-central-1", "tagz": {}}}`:    "field not declared in schema",
		`{"forProvider": {"tags": {}}}`:                              "spec.forProvider.region: Required value",
	} {
		object := &unstructured.Unstructured{}
		must(t, object.UnmarshalJSON([]byte(`{"apiVersion": "s3.aws.upbound.io/v1beta2", "kind": "Bucket", "metadata": {"name": "site"}, "spec": `+spec+`}`)))
		if _, err := cluster.apply(t, object); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

// contains is true when everything in `part` is in `whole`, which may have defaults besides.
func contains(whole, part any) bool {
	fields, isMap := part.(object)
	if !isMap {
		return reflect.DeepEqual(whole, part)
	}
	stored, isMap := whole.(object)
	for name, value := range fields {
		if !isMap || !contains(stored[name], value) {
			return false
		}
	}
	return isMap
}
