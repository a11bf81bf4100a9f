package argocd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// hub is a stand-in of test/hub in its own process, with the example's space and what the story adds.
type hub struct {
	t              *testing.T
	url            string
	worker, secret string
	process        *exec.Cmd
}

type object = map[string]any

// startHub serves the message wall and `extra` spaces. Its worker may read all of them: only the program's own access
// rules stand between the projects.
func startHub(t *testing.T, extra object) *hub {
	t.Helper()
	data := t.TempDir()
	organization := readExample(t)
	for name, space := range extra {
		organization["spaces"].(object)[name] = space
	}
	write(t, filepath.Join(data, "hub.yaml"), mustMarshal(t, organization))
	login := organization["worker"].(object)
	started := &hub{t: t, worker: login["id"].(string), secret: login["secret"].(string)}
	started.start(data)
	return started
}

func readExample(t *testing.T) object {
	t.Helper()
	directory := filepath.Join(project, "examples", "messagewall")
	text, err := os.ReadFile(filepath.Join(directory, "hub.yaml"))
	must(t, err)
	var organization object
	must(t, yaml.Unmarshal(text, &organization))
	delete(organization["worker"].(object), "spaces")
	makeFilesAbsolute(organization, directory)
	return organization
}

// The index names texts relative to itself, and this copy of it lies elsewhere.
func makeFilesAbsolute(node any, directory string) {
	switch node := node.(type) {
	case object:
		if file, found := node["file"].(string); found {
			node["file"] = filepath.Join(directory, file)
		}
		for _, child := range node {
			makeFilesAbsolute(child, directory)
		}
	case []any:
		for _, child := range node {
			makeFilesAbsolute(child, directory)
		}
	}
}

func (h *hub) start(data string) {
	h.t.Helper()
	ready := filepath.Join(data, "url")
	h.process = exec.Command(interpreter, filepath.Join(project, "test", "hub", "serve.py"), "--data", data, "--ready-file", ready)
	h.process.Stderr = os.Stderr
	must(h.t, h.process.Start())
	h.t.Cleanup(h.stop)
	for range 300 {
		if url, err := os.ReadFile(ready); err == nil {
			h.url = strings.TrimSpace(string(url))
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	h.t.Fatal("the stand-in hub did not start within 30 s")
}

// stop is also how a hub goes down in the middle of a story.
func (h *hub) stop() {
	if h.process != nil {
		_ = h.process.Process.Kill()
		_ = h.process.Wait()
		h.process = nil
	}
}

// fault arms one of the stand-in's faults; test/hub/faults.py lists them.
func (h *hub) fault(route string, fields object) {
	h.t.Helper()
	body := object{"route": route}
	for name, value := range fields {
		body[name] = value
	}
	h.control("fault", body)
}

func (h *hub) approve(unit, user string) {
	h.control("approve", object{"unit": unit, "users": []string{user}})
}

func (h *hub) control(action string, body object) {
	h.t.Helper()
	text, err := json.Marshal(body)
	must(h.t, err)
	answer, err := http.Post(h.url+"/_control/"+action, "application/json", bytes.NewReader(text))
	must(h.t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("the stand-in hub refused %s: %s", action, answer.Status)
	}
}

// requests are what the hub was asked so far, as "GET /api/unit".
func (h *hub) requests() (asked []string) {
	h.t.Helper()
	answer, err := http.Get(h.url + "/_control/requests")
	must(h.t, err)
	defer answer.Body.Close()
	var recorded []struct{ Method, Path string }
	must(h.t, json.NewDecoder(answer.Body).Decode(&recorded))
	for _, request := range recorded {
		asked = append(asked, request.Method+" "+request.Path)
	}
	return asked
}

func (h *hub) waitForRequest(wanted string) {
	h.t.Helper()
	for range 200 {
		for _, request := range h.requests() {
			if request == wanted {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.t.Fatalf("the hub was not asked for %s within 10 s", wanted)
}

// unit is a unit with one revision; without an approver it waits for approval.
func unit(text string, approvers ...string) object {
	return object{"revisions": []object{{"text": text, "approvedBy": append([]string{}, approvers...)}}}
}

func space(units object) object { return object{"units": units} }

// bucket is an S3 bucket as Crossplane has it; `tags` is the inside of a YAML flow map.
func bucket(name, tags string) string {
	return fmt.Sprintf(`apiVersion: s3.aws.upbound.io/v1beta1
kind: Bucket
metadata: {name: %s}
spec:
  forProvider:
    region: eu-central-1
    tags: {%s}
`, name, tags)
}

func mustMarshal(t *testing.T, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	must(t, err)
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
