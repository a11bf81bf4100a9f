package kyverno

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// Our side of the comparison: `confighub-cmp check --fix` under Kyverno's own policy files, one file a document, so that one
// that is refused does not hide what becomes of the others.

// comparison is the table a test logs: a document is different when object or verdict is.
type comparison struct {
	documents, equal, changed, refused int
	different                          map[string]int // by reason
}

func (c comparison) String() string {
	return fmt.Sprintf("%d documents, %d equal (%d of them changed, %d refused), different %v", c.documents, c.equal, c.changed, c.refused, c.different)
}

// compare runs both on the documents, in batches in which Kind/name is unique, because that is how Kyverno's report names objects.
func compare(t *testing.T, documents []string, policies ...string) comparison {
	t.Helper()
	result := comparison{different: map[string]int{}}
	var batches [][]string
	seen := map[string]int{}
	for _, document := range documents {
		objects, err := Read(document)
		if err != nil || len(objects) != 1 {
			t.Fatalf("not one object: %v\n%s", err, document)
		}
		name := Name(objects[0])
		if seen[name] == len(batches) {
			batches = append(batches, nil)
		}
		batches[seen[name]] = append(batches[seen[name]], document)
		seen[name]++
	}
	for _, batch := range batches {
		compareBatch(t, &result, batch, policies)
	}
	return result
}

func compareBatch(t *testing.T, result *comparison, documents, policies []string) {
	t.Helper()
	theirs := apply(t, "---\n"+strings.Join(documents, "\n---\n"), policies...)
	after, refusals := check(t, documents, policies)
	for i, document := range documents {
		before := read(t, document)[0]
		theyRefuse, weRefuse := isRefused(theirs, before), len(refusals[i]) > 0
		result.documents++
		switch {
		// What is refused is not printed: the file stays as it was, and Kyverno's object does not get into the cluster.
		case theyRefuse && weRefuse:
			result.equal++
			result.refused++
		case !theyRefuse && !weRefuse && reflect.DeepEqual(after[i], theirs.Objects[i]):
			result.equal++
			if !reflect.DeepEqual(after[i], before) {
				result.changed++
			}
		case theyRefuse == weRefuse:
			result.different["object"]++
			t.Errorf("%s: ours is %v, Kyverno's is %v", Name(before), after[i], theirs.Objects[i])
		case weRefuse && !slices.ContainsFunc(refusals[i], func(code string) bool { return !strings.HasPrefix(code, "YAML_") }):
			result.different["refused by us before any policy: "+strings.Join(refusals[i], " ")]++
		default:
			result.different["verdict"]++
			t.Errorf("%s: refused by Kyverno: %v, by us: %v\n%s%v", Name(before), theyRefuse, refusals[i], document, theirs.Verdicts)
		}
	}
}

// Kyverno's report does not tell Audit from Enforce; policies that only audit have names that say so.
func isRefused(outcome Outcome, object Object) bool {
	return slices.ContainsFunc(outcome.Verdicts, func(verdict Verdict) bool {
		return verdict.Object == Name(object) && (verdict.Result == "error" || verdict.Result == "fail" && !strings.HasPrefix(verdict.Policy, "audit"))
	})
}

// check gives each document's object after --fix and the codes of its error findings.
func check(t *testing.T, documents, policies []string) (after []Object, refusals [][]string) {
	t.Helper()
	directory := t.TempDir()
	file := func(i int) string { return filepath.Join(directory, fmt.Sprintf("%05d.yaml", i)) }
	for i, document := range documents {
		if err := os.WriteFile(file(i), []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	process := exec.Command(program(t), "check", "--fix", "--output", "json", "--policy", strings.Join(policies, ","), directory)
	process.Env = []string{"PATH=" + os.Getenv("PATH")} // nobody's settings
	var complaints strings.Builder
	process.Stderr = &complaints
	said, err := process.Output()
	var report struct {
		Findings []struct{ File, Code, Severity string }
	}
	if json.Unmarshal(said, &report) != nil {
		t.Fatalf("confighub-cmp check: %v: %s", err, complaints.String())
	}
	for i := range documents {
		text, err := os.ReadFile(file(i))
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, finding := range report.Findings {
			if finding.File == file(i) && finding.Severity == "error" {
				codes = append(codes, finding.Code)
			}
		}
		after, refusals = append(after, read(t, string(text))[0]), append(refusals, codes)
	}
	return after, refusals
}

func program(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CONFIGHUB_CMP")
	if path == "" {
		path = "../../../build/confighub-cmp"
	}
	path, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skipf("SKIPPED: the program is not built: %v", err)
	}
	return path
}

// split cuts a stream where Kubernetes does and leaves out what is no named object.
func split(t *testing.T, stream string) (documents []string) {
	t.Helper()
	reader := yaml.NewYAMLReader(bufio.NewReader(strings.NewReader(stream)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents
		}
		if err != nil {
			t.Fatal(err)
		}
		objects, err := Read(string(document))
		if err != nil || len(objects) != 1 || objects[0]["kind"] == nil {
			continue
		}
		metadata, _ := objects[0]["metadata"].(Object)
		if name, _ := metadata["name"].(string); name != "" {
			documents = append(documents, string(document))
		}
	}
}

// splitFiles takes every *.yaml below the directory.
func splitFiles(t *testing.T, directory string) (documents []string) {
	t.Helper()
	err := filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		documents = append(documents, split(t, string(text))...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return documents
}
