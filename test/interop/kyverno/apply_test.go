package kyverno

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The policies and two message walls of the four-plane model, as its own project has them. They are not part of this one.
const corpus = "../../../../shared/corpus/messagewall"

var (
	mutatePolicy   = corpus + "/kyverno/mutate-aws-tags.yaml"
	validatePolicy = corpus + "/kyverno/validate-aws-tags.yaml"
	tags           = Object{"createdBy": "crossplane", "managedBy": "messagewall-demo", "environment": "dev"}
	// What the policies name. Roles take tags too, but no rule of theirs says so.
	taggedKinds = []string{"Bucket", "Function", "Rule", "Table"}
)

func TestMutationSetsTheTagsAndNothingElse(t *testing.T) {
	for _, wall := range []string{"messagewall-east", "messagewall-west"} {
		documents := readWall(t, wall)
		before, after := read(t, documents), apply(t, documents, mutatePolicy).Objects
		changed := 0
		for i, object := range before {
			if slices.Contains(taggedKinds, object["kind"].(string)) {
				object["spec"].(Object)["forProvider"].(Object)["tags"] = maps.Clone(tags)
				changed++
			}
			if !reflect.DeepEqual(object, after[i]) {
				t.Errorf("%s became %v", Name(object), after[i])
			}
		}
		t.Logf("%s: %d objects, %d of them tagged", wall, len(before), changed)
		if len(before) != 17 || changed != 5 {
			t.Errorf("%s has %d objects and %d to tag, not 17 and 5", wall, len(before), changed)
		}
	}
}

func TestValidationPassesWhatWasMutated(t *testing.T) {
	outcome := apply(t, readWall(t, "messagewall-east"), mutatePolicy, validatePolicy)
	expectResults(t, outcome, map[string]int{"mutate-aws-resource-tags pass": 5, "validate-aws-resource-tags pass": 5})
}

func TestValidationFailsWhatWasNot(t *testing.T) {
	outcome := apply(t, readWall(t, "messagewall-east"), validatePolicy)
	expectResults(t, outcome, map[string]int{"validate-aws-resource-tags fail": 5})
	wanted := "validation error: DynamoDB Table must have required tags: createdBy=crossplane, managedBy, and environment. These tags are normally added " +
		"automatically by the mutation policy. If you see this error, the mutation policy may not be working correctly. " +
		"rule require-tags-dynamodb-table failed at path /spec/forProvider/tags/"
	if first := outcome.Verdicts[0]; first.Object != "Table/messagewall-east-table" || first.Message != wanted {
		t.Errorf("%s: %s", first.Object, first.Message)
	}
}

// What an author may have written where the tags go, and what the two policies make of it.
func TestFormsOfTags(t *testing.T) {
	skipWithoutCorpus(t)
	tagged := map[string]int{"mutate-aws-resource-tags pass": 1, "validate-aws-resource-tags pass": 1}
	left := map[string]int{"mutate-aws-resource-tags skip": 1, "validate-aws-resource-tags pass": 1}
	failed := map[string]int{"mutate-aws-resource-tags error": 1}
	for _, story := range []struct {
		spec     string
		wanted   any // tags after mutation
		verdicts map[string]int
	}{
		{`{forProvider: {region: eu-central-1}}`, tags, tagged},
		{`{forProvider: {tags: {}}}`, tags, tagged},
		{`{forProvider: {tags: null}}`, tags, tagged},
		{`{}`, tags, tagged},
		{`{forProvider: {tags: {environment: prod, createdBy: hand, managedBy: nobody}}}`, tags, tagged},
		{`{forProvider: {tags: {environment: true, createdBy: null}}}`, tags, tagged},
		{`{forProvider: {tags: {createdBy: crossplane, managedBy: messagewall-demo, environment: dev}}}`, tags, left},
		{`{forProvider: {tags: [a]}}`, []any{"a"}, failed},
		{`{forProvider: {tags: text}}`, "text", failed},
	} {
		outcome := apply(t, bucket(story.spec), mutatePolicy, validatePolicy)
		spec, _ := outcome.Objects[0]["spec"].(Object)
		provider, _ := spec["forProvider"].(Object)
		if !reflect.DeepEqual(provider["tags"], story.wanted) {
			t.Errorf("%s: tags became %v", story.spec, provider["tags"])
		}
		t.Logf("%-93s %v", story.spec, results(outcome))
		expectResults(t, outcome, story.verdicts)
	}
}

func TestObjectsAfterOneThatFailedKeepTheirPlace(t *testing.T) {
	skipWithoutCorpus(t)
	documents := bucket("{forProvider: {tags: [a]}}") + "---\n" + strings.Replace(bucket("{}"), "site", "logs", 1)
	outcome := apply(t, documents, mutatePolicy)
	expectResults(t, outcome, map[string]int{"mutate-aws-resource-tags error": 1, "mutate-aws-resource-tags pass": 1})
	if wanted := (Object{"forProvider": Object{"tags": tags}}); !reflect.DeepEqual(outcome.Objects[1]["spec"], wanted) {
		t.Errorf("the second bucket became %v", outcome.Objects[1])
	}
}

// The CLI itself is silent about the first two and ends well.
func TestPoliciesThatCannotBeRunAreErrors(t *testing.T) {
	for name, text := range map[string]string{
		"another kind":        "apiVersion: v1\nkind: ConfigMap\n",
		"broken YAML":         "a: [\n",
		"an unknown variable": policy("{spec: {a: '{{ nobody }}'}}"),
	} {
		path := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		outcome, err := Apply(bucket("{}"), path)
		if t.Logf("%s: %v", name, err); err == nil {
			t.Errorf("%s gave %v", name, outcome)
		}
	}
}

func policy(patch string) string {
	return fmt.Sprintf(`apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: own}
spec:
  rules:
  - name: own
    match: {any: [{resources: {kinds: [s3.aws.upbound.io/*/Bucket]}}]}
    mutate: {patchStrategicMerge: %s}
`, patch)
}

func bucket(spec string) string {
	return fmt.Sprintf("apiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: site}\nspec: %s\n", spec)
}

func skipWithoutCorpus(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("SKIPPED: the project's shared corpus is not there: %v", err)
	}
}

func readWall(t *testing.T, wall string) string {
	t.Helper()
	skipWithoutCorpus(t)
	files, err := filepath.Glob(filepath.Join(corpus, wall, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var documents strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		documents.WriteString("---\n" + string(text) + "\n")
	}
	return documents.String()
}

func read(t *testing.T, documents string) []Object {
	t.Helper()
	objects, err := Read(documents)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func apply(t *testing.T, documents string, policies ...string) Outcome {
	t.Helper()
	outcome, err := Apply(documents, policies...)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// expectResults compares the number of verdicts by policy and result.
func expectResults(t *testing.T, outcome Outcome, wanted map[string]int) {
	t.Helper()
	if found := results(outcome); !maps.Equal(found, wanted) {
		t.Errorf("the verdicts are %v, not %v", found, wanted)
	}
}

func results(outcome Outcome) map[string]int {
	found := map[string]int{}
	for _, verdict := range outcome.Verdicts {
		found[verdict.Policy+" "+verdict.Result]++
	}
	return found
}
