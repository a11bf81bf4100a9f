package kyverno

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

const shared = "../../../../shared"

func TestOursIsKyvernosOnTheMessageWalls(t *testing.T) {
	skipWithoutCorpus(t)
	documents := splitFiles(t, "../../../examples/messagewall/units")
	for _, wall := range []string{"messagewall-east", "messagewall-west"} {
		documents = append(documents, splitFiles(t, filepath.Join(corpus, wall))...)
	}
	for _, policies := range [][]string{{mutatePolicy}, {validatePolicy}, {mutatePolicy, validatePolicy}, {shippedAdd, shippedRequire}} {
		expectEqual(t, compare(t, documents, policies...), strings.Join(policies, " "))
	}
}

const (
	shippedAdd     = "../../../manifests/kyverno/add-aws-tags.yaml"
	shippedRequire = "../../../manifests/kyverno/require-aws-tags.yaml"
)

// Every kind of the provider that takes a mapping of tags, named in one policy.
func TestOursIsKyvernosOnTheProvidersExamples(t *testing.T) {
	skipWithoutCorpus(t)
	documents := splitFiles(t, filepath.Join(shared, "corpus/provider-upjet-aws"))
	if len(documents) < 1300 {
		t.Fatalf("only %d documents", len(documents))
	}
	everywhere := strings.Join(taggableKinds(t), ", ")
	set := writePolicy(t, "set", "Enforce", everywhere, mutation("{createdBy: crossplane, environment: dev}"))
	demand := writePolicy(t, "demand", "Enforce", everywhere, validation("{createdBy: crossplane, environment: '?*'}"))
	// In one run, for Kyverno takes minutes over so many.
	expectEqual(t, compare(t, documents, mutatePolicy, validatePolicy, set, demand), "the message wall's, and one that sets and one that demands")
}

func taggableKinds(t *testing.T) (kinds []string) {
	t.Helper()
	file, err := os.Open(filepath.Join(shared, "data/aws-taggable-kinds.csv"))
	if err != nil {
		t.Skipf("SKIPPED: the project's shared data is not there: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	for _, row := range rows[1:] {
		// Inspector's ResourceGroup selects by tags and has none.
		isSelector := strings.HasPrefix(row[column("group")], "inspector.") && row[column("kind")] == "ResourceGroup"
		if row[column("tag_path")] == "spec.forProvider.tags" && row[column("shape")] == "map" && !isSelector {
			kinds = append(kinds, row[column("group")]+"/*/"+row[column("kind")])
		}
	}
	return kinds
}

// What authors write where tags go, under policies whose order, action and patterns matter.
func TestOursIsKyvernosOnEveryFormOfTags(t *testing.T) {
	const kinds = "s3.aws.upbound.io/*/Bucket, lambda.aws.upbound.io/v1beta1/Function"
	set := writePolicy(t, "set", "Enforce", kinds, mutation("{team: one, environment: dev}"))
	overwrite := writePolicy(t, "overwrite", "Enforce", kinds, mutation("{team: two, note: ''}"))
	demand := writePolicy(t, "demand", "Enforce", kinds, validation("{team: two, environment: '?*'}"))
	present := writePolicy(t, "present", "Enforce", kinds, validation("{environment: '*'}"))
	words := writePolicy(t, "words", "Enforce", kinds, validation("{environment: 'dev | staging|prod', team: 'true | kilo'}"))
	audit := writePolicy(t, "audit", "Audit", kinds, validation("{owner: '?*', team: one}"))
	policies := map[string][]string{
		"one then two": {set, overwrite, demand}, "two then one": {overwrite, set, demand}, "demand": {demand}, "present": {present},
		"words": {words}, "audit": {audit}, "audit of what was set": {audit, set}, "demand before set": {demand, overwrite, set},
	}
	for name, files := range policies {
		expectEqual(t, compare(t, forms(), files...), name)
	}
}

func forms() (documents []string) {
	values := []string{"dev", "prod", "staging", "two", "one", "''", "' '", "null", "true", "no", "12", "1.5", "0123", "k", "'true'", "'0'", "[]", "[dev]", "[two, '']",
		"[dev, prod]", "[null]", "[true]", "[[dev]]", "[{a: b}]", "{}", "{a: b}", "'dev | staging|prod'", "2026-11-22", "12:30:00", "'Dev'", "\"dev\\n\"", "'~'"}
	specs := []string{"{}", "null", "{forProvider: null}", "{forProvider: {}}", "{forProvider: {tags: null}}", "{forProvider: {tags: {}}}",
		"{forProvider: {tags: [a]}}", "{forProvider: {tags: []}}", "{forProvider: {tags: text}}", "{forProvider: {tags: 5}}", "{forProvider: [a]}", "text",
		"{managementPolicies: [Observe], forProvider: {}}", "{initProvider: {tags: {team: two}}}"}
	for _, value := range values {
		for _, tags := range []string{"environment: %[1]s", "team: %[1]s, environment: dev", "owner: %[1]s, team: two", "note: %[1]s, environment: %[1]s, team: %[1]s"} {
			specs = append(specs, fmt.Sprintf("{forProvider: {tags: {"+tags+"}}}", value))
		}
	}
	for i, spec := range specs {
		for _, kind := range []string{"s3.aws.upbound.io/v1beta2, kind: Bucket", "lambda.aws.upbound.io/v1beta2, kind: Function", "storage.gcp.upbound.io/v1, kind: Bucket"} {
			metadata := fmt.Sprintf("{name: n%d-%s}", i, strings.ToLower(kind[:2]))
			documents = append(documents, fmt.Sprintf("{apiVersion: %s, metadata: %s, spec: %s}\n", kind, metadata, spec))
		}
	}
	return documents
}

// A Policy holds in its namespace, where an object that names none is in `default`.
func TestOursIsKyvernosInANamespace(t *testing.T) {
	text := strings.NewReplacer("ClusterPolicy", "Policy", "{name: set}", "{name: set, namespace: default}").Replace(
		policyText("set", "Enforce", "s3.aws.m.upbound.io/*/Bucket", mutation("{team: one}")))
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var documents []string
	for name, namespace := range map[string]string{"a": "", "b": ", namespace: default", "c": ", namespace: other"} {
		documents = append(documents, fmt.Sprintf("{apiVersion: s3.aws.m.upbound.io/v1beta1, kind: Bucket, metadata: {name: %s%s}}\n", name, namespace))
	}
	if result := compare(t, documents, path); result.equal != 3 || result.changed != 2 {
		t.Errorf("%v", result)
	}
}

// The cases say from Kyverno's source what its verdict is; here it speaks for itself, and so do we.
func TestOursIsKyvernosOnTheCases(t *testing.T) {
	skipWithoutCorpus(t)
	text, err := os.ReadFile(filepath.Join(shared, "data/tag-policy-cases.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Title, Kyverno, Input string
			Variants                  []string
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	spec := regexp.MustCompile(`(?ms)^spec:.*`)
	for _, story := range file.Cases {
		var documents []string
		for _, stream := range append([]string{story.Input}, variantsOf(spec, story.Input, story.Variants)...) {
			documents = append(documents, split(t, stream)...)
		}
		result := compare(t, documents, mutatePolicy, validatePolicy)
		t.Logf("%s %-100s Kyverno by its source: %-9s %v", story.ID, story.Title, story.Kyverno, result)
		wanted := map[string]bool{"inject": result.changed > 0, "overwrite": result.changed > 0, "unchanged": result.changed == 0, "pass": result.changed == 0,
			"error": result.refused == result.documents}
		if said := len(result.different) == 0; said && !wanted[story.Kyverno] {
			t.Errorf("%s: not %s", story.ID, story.Kyverno)
		}
	}
}

func variantsOf(spec *regexp.Regexp, input string, variants []string) (streams []string) {
	for _, variant := range variants {
		streams = append(streams, spec.ReplaceAllLiteralString(input, variant+"\n"))
	}
	return streams
}

// expectEqual logs the table's row. Documents we refuse before any policy is asked are named in it and are no failure.
func expectEqual(t *testing.T, result comparison, policies string) {
	t.Helper()
	t.Logf("%s: %v", policies, result)
	if result.equal == 0 {
		t.Errorf("%s: nothing was compared", policies)
	}
}

func mutation(tags string) string {
	return fmt.Sprintf("mutate: {patchStrategicMerge: {spec: {forProvider: {tags: %s}}}}", tags)
}

func validation(tags string) string {
	return fmt.Sprintf("validate: {message: tags, pattern: {spec: {forProvider: {tags: %s}}}}", tags)
}

func policyText(name, action, kinds, rule string) string {
	return fmt.Sprintf("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: %[1]s}\nspec:\n  validationFailureAction: %[2]s\n"+
		"  rules:\n  - name: %[1]s\n    match: {any: [{resources: {kinds: [%[3]s]}}]}\n    %[4]s\n", name, action, kinds, rule)
}

func writePolicy(t *testing.T, name, action, kinds, rule string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".yaml")
	if err := os.WriteFile(path, []byte(policyText(name, action, kinds, rule)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
