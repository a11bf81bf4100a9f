// Package kyverno runs the real Kyverno CLI on policies and documents and gives what it did as values, for comparison with what
// our program does by the same policies. It builds the CLI from its published module into build/interop/kyverno. It owns the forms
// of the CLI's output; it does not interpret policies.
package kyverno

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// Object is a document as JSON has it.
type Object = map[string]any

// Verdict is what one rule said of one object. Result is pass, fail, warn, error or skip; an object that no rule matches has none.
type Verdict struct {
	Policy, Rule, Result, Message string
	Object                        string // as Name gives it
}

// Outcome has every object after mutation, in the order of the documents, and the verdicts of all rules, sorted. An object whose
// mutation ended in an error is as it was; the CLI does not validate it then.
type Outcome struct {
	Objects  []Object
	Verdicts []Verdict
}

const command = "github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno"

// CLI is the path of the built command.
var CLI = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs("../../../build/interop/kyverno")
	if err != nil {
		return "", err
	}
	said, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, command).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the Kyverno CLI: %w: %s", err, said)
	}
	return path, nil
})

// Apply mutates the documents by the policies (paths of files) and validates the result, as admission would.
func Apply(documents string, policies ...string) (Outcome, error) {
	objects, err := Read(documents)
	if err == nil {
		err = checkPolicies(policies)
	}
	if err != nil {
		return Outcome{}, err
	}
	scratch, err := os.MkdirTemp("", "kyverno-")
	if err != nil {
		return Outcome{}, err
	}
	defer os.RemoveAll(scratch)
	report, mutated, err := run(scratch, objects, policies)
	if err != nil {
		return Outcome{}, err
	}
	verdicts, err := readReport(report)
	if err != nil {
		return Outcome{}, err
	}
	final, err := lastStates(objects, string(mutated))
	return Outcome{Objects: final, Verdicts: verdicts}, err
}

// Read gives the objects of a YAML stream as Kubernetes reads it.
func Read(documents string) (objects []Object, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(documents), 4096)
	for {
		var object Object
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
}

// The CLI passes over files that are no policies, and over broken YAML, without a word.
func checkPolicies(paths []string) error {
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		objects, err := Read(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		strange := func(object Object) bool {
			version, _ := object["apiVersion"].(string)
			return !strings.HasPrefix(version, "kyverno.io/") && !strings.HasPrefix(version, "policies.kyverno.io/")
		}
		if len(objects) == 0 || slices.ContainsFunc(objects, strange) {
			return fmt.Errorf("%s: holds something that is not a policy", path)
		}
	}
	return nil
}

// Name is Kind/name.
func Name(object Object) string {
	metadata, _ := object["metadata"].(Object)
	return fmt.Sprintf("%v/%v", object["kind"], metadata["name"])
}

// The CLI stops at a document of comments only, so it gets the objects, one JSON document each.
func run(scratch string, objects []Object, policies []string) (report, mutated []byte, err error) {
	cli, err := CLI()
	if err != nil {
		return nil, nil, err
	}
	var stream bytes.Buffer
	for _, object := range objects {
		text, err := json.Marshal(object)
		if err != nil {
			return nil, nil, err
		}
		fmt.Fprintf(&stream, "---\n%s\n", text)
	}
	resources, output := filepath.Join(scratch, "resources.yaml"), filepath.Join(scratch, "mutated.yaml")
	if err := os.WriteFile(resources, stream.Bytes(), 0o600); err != nil {
		return nil, nil, err
	}
	arguments := append([]string{"apply"}, policies...)
	process := exec.Command(cli, append(arguments, "--resource", resources, "--output", output, "--policy-report", "--output-format", "json")...)
	var complaints bytes.Buffer
	process.Stderr = &complaints
	// Exit code 1 also means that a rule failed, which is an outcome; what is wrong with the input is told in words only.
	report, err = process.Output()
	if process.ProcessState == nil || strings.Contains(complaints.String(), "Error: ") || refusal.Match(report) {
		return nil, nil, fmt.Errorf("kyverno apply: %v: %s%s", err, complaints.String(), refusal.Find(report))
	}
	mutated, err = os.ReadFile(output)
	return report, mutated, err
}

// A policy that the CLI cannot run is named in a paragraph of stdout.
var refusal = regexp.MustCompile(`(?s)(?:Policies Skipped|Invalid Policies):.*`)

// The report stands among other lines of stdout, one JSON object for cluster policies and one for each namespace's.
var reportLine = regexp.MustCompile(`\{"kind":"(?:Cluster)?Report".*`)

func readReport(text []byte) (verdicts []Verdict, err error) {
	for _, line := range reportLine.FindAll(text, -1) {
		var report struct {
			Results []struct {
				Policy, Rule, Result, Message string
				Resources                     []struct{ Kind, Name string }
			}
		}
		if err := json.Unmarshal(line, &report); err != nil {
			return nil, fmt.Errorf("the report of kyverno apply: %w", err)
		}
		for _, result := range report.Results {
			for _, object := range result.Resources {
				verdicts = append(verdicts, Verdict{result.Policy, result.Rule, result.Result, result.Message, object.Kind + "/" + object.Name})
			}
		}
	}
	slices.SortFunc(verdicts, func(a, b Verdict) int { return strings.Compare(a.Policy+a.Rule+a.Object, b.Policy+b.Rule+b.Object) })
	return verdicts, nil
}

// The CLI writes every object once for each policy that can mutate, changed or not; the last state counts. Where no policy can,
// it writes nothing and the objects are as they were.
func lastStates(objects []Object, mutated string) ([]Object, error) {
	states, err := Read(mutated)
	if err != nil || len(states) == 0 {
		return objects, err
	}
	if len(states)%len(objects) != 0 {
		return nil, fmt.Errorf("kyverno apply wrote %d states of %d objects", len(states), len(objects))
	}
	policies, final := len(states)/len(objects), make([]Object, len(objects))
	for i, object := range objects {
		final[i] = states[(i+1)*policies-1]
		if len(final[i]) == 0 { // a mutation that ended in an error
			final[i] = object
		}
		if Name(final[i]) != Name(object) {
			return nil, fmt.Errorf("kyverno apply wrote %s where %s was expected", Name(final[i]), Name(object))
		}
		takeBackNamespace(object, final[i])
	}
	return final, nil
}

// Without a cluster the CLI puts every object that names no namespace into `default`, cluster-scoped ones too.
func takeBackNamespace(before, after Object) {
	metadata, _ := before["metadata"].(Object)
	if _, named := metadata["namespace"]; !named {
		delete(after["metadata"].(Object), "namespace")
	}
}
