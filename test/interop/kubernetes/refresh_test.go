package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const interpreter = "/usr/bin/python3"

const settings = `apiVersion: confighub-cmp/v1alpha1
kind: Settings
access:
- {project: messagewall, spaces: ["messagewall-*"]}
limits: {retries: 0}
`

const index = `
worker: {id: 6f1b2c3d-0a01-4c11-9b10-0000000000bb, secret: ch_quiet}
spaces:
  messagewall-dev: {units: {api: {revisions: [{text: "kind: A", approvedBy: [alice]}, {text: "kind: B"}]}}}
  messagewall-prod: {units: {api: {revisions: [{text: "kind: A", approvedBy: [alice]}, {text: "kind: B"}]}}}
`

var project = func() string {
	path, err := filepath.Abs("../../..")
	if err != nil {
		panic(err)
	}
	return path
}()

// story is a cluster with an Application for dev and one for prod, and a hub whose newest revisions wait for approval.
type story struct {
	*cluster
	hub     string // URL
	process *exec.Cmd
}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{cluster: startCluster(t)}
	s.application("argocd", "dev", "messagewall-dev")
	s.application("argocd", "prod", "messagewall-prod")
	s.file("account/token", s.serviceAccountToken())
	s.file("settings.yaml", settings)
	s.file("hub.yaml", index)
	s.startHub()
	return s
}

func (s *story) startHub() {
	s.t.Helper()
	ready := filepath.Join(s.directory, "url")
	s.process = exec.Command(interpreter, filepath.Join(project, "test", "hub", "serve.py"), "--data", s.directory, "--ready-file", ready)
	s.process.Stderr = os.Stderr
	must(s.t, s.process.Start())
	s.t.Cleanup(s.stopHub)
	for range 300 {
		if url, err := os.ReadFile(ready); err == nil {
			s.hub = strings.TrimSpace(string(url))
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatal("the stand-in hub did not start within 30 s")
}

func (s *story) stopHub() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

func (s *story) control(action string, body object) {
	s.t.Helper()
	text, err := json.Marshal(body)
	must(s.t, err)
	answer, err := http.Post(s.hub+"/_control/"+action, "application/json", bytes.NewReader(text))
	must(s.t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("the stand-in hub refused %s: %s", action, answer.Status)
	}
}

// cycle is one run as in the pod; it gives the exit code, the lines of stdout with single spaces, and the first one of stderr.
func (s *story) cycle(arguments ...string) (int, []string, string) {
	s.t.Helper()
	program := os.Getenv("CONFIGHUB_CMP")
	if program == "" {
		program = filepath.Join(project, "build", "confighub-cmp")
	}
	if arguments == nil {
		arguments = []string{"--namespace=argocd"}
	}
	run := exec.Command(program, append([]string{"refresh", "--service-account-dir=" + filepath.Join(s.directory, "account")}, arguments...)...)
	run.Env = []string{
		"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=" + s.port, "CONFIGHUB_URL=" + s.hub,
		"CONFIGHUB_CMP_SETTINGS=" + filepath.Join(s.directory, "settings.yaml"),
		"CONFIGHUB_WORKER_ID=6f1b2c3d-0a01-4c11-9b10-0000000000bb", "CONFIGHUB_WORKER_SECRET=ch_quiet",
	}
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	_ = run.Run()
	var lines []string
	for line := range strings.Lines(stdout.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	first, _, _ := strings.Cut(stderr.String(), "\n")
	if len(lines) < 10 {
		s.t.Logf("exit %d\n%s%s", run.ProcessState.ExitCode(), stdout.String(), stderr.String())
	}
	return run.ProcessState.ExitCode(), lines, first
}

func (s *story) expect(code int, lines ...string) {
	s.t.Helper()
	gotCode, gotLines, _ := s.cycle()
	if gotCode != code || !slices.Equal(gotLines, lines) {
		s.t.Fatalf("got %d %q, want %d %q", gotCode, gotLines, code, lines)
	}
}

func (s *story) versions() string {
	s.t.Helper()
	return fmt.Sprint(s.metadata("dev")["resourceVersion"], " ", s.metadata("prod")["resourceVersion"])
}

func TestRefresh(t *testing.T) {
	s := newStory(t)
	s.expect(0, "argocd/dev refreshed 1 units, seen for the first time", "argocd/prod refreshed 1 units, seen for the first time")

	t.Run("nothing was approved, nothing is written", func(t *testing.T) {
		before := s.versions()
		s.expect(0, "argocd/dev unchanged 1 units", "argocd/prod unchanged 1 units")
		if s.versions() != before {
			t.Fatal("an Application was written")
		}
	})

	t.Run("an approval patches exactly its Application, once", func(t *testing.T) {
		dev, before := s.metadata("dev")["resourceVersion"], s.annotation("prod", digest)
		s.takeRefreshAway("prod")
		s.control("approve", object{"unit": "messagewall-prod/api", "users": []string{"alice"}})
		s.expect(0, "argocd/dev unchanged 1 units", "argocd/prod refreshed 1 units, changed")
		if s.annotation("prod", "argocd.argoproj.io/refresh") != "hard" || s.annotation("prod", digest) == before {
			t.Fatalf("prod is annotated %v", s.metadata("prod")["annotations"])
		}
		if s.metadata("dev")["resourceVersion"] != dev {
			t.Fatal("dev was written")
		}
		written := s.versions()
		s.expect(0, "argocd/dev unchanged 1 units", "argocd/prod unchanged 1 units")
		if s.versions() != written {
			t.Fatal("the second cycle wrote something")
		}
	})

	t.Run("who writes at the same time wins", func(t *testing.T) {
		s.control("approve", object{"unit": "messagewall-dev/api", "users": []string{"alice"}})
		s.control("fault", object{"route": "revisions", "delay": 2})
		time.AfterFunc(time.Second, func() { s.annotate("dev", object{"somebody": "else"}) })
		s.expect(0, "argocd/dev waiting for the next run, somebody changed it meanwhile", "argocd/prod unchanged 1 units")
		s.expect(0, "argocd/dev refreshed 1 units, changed", "argocd/prod unchanged 1 units")
	})

	t.Run("the rights are enough, and end at the namespace", func(t *testing.T) {
		code, lines, said := s.cycle("--application=argocd/dev")
		if code != 0 || len(lines) != 1 {
			t.Fatalf("got %d %q %s", code, lines, said)
		}
		s.application("team", "dev", "messagewall-dev")
		code, lines, said = s.cycle("--namespace=team")
		want := "confighub-cmp: Kubernetes API https://127.0.0.1:" + s.port +
			" said no while listing the Applications of namespace 'team': HTTP 403 forbidden"
		if code != 5 || lines != nil || !strings.HasPrefix(said, want) {
			t.Fatalf("got %d %q %s", code, lines, said)
		}
		status, _ := s.ask("POST", applications, s.serviceAccountToken(), "application/json", object{})
		if status != http.StatusForbidden {
			t.Fatalf("its token may create Applications: %d", status)
		}
	})

	t.Run("more Applications than a page holds", func(t *testing.T) {
		for number := range 230 {
			s.application("argocd", fmt.Sprintf("many-%03d", number), "messagewall-dev")
		}
		_, lines, _ := s.cycle("--namespace=argocd", "--dry-run", "--max-patches=1000")
		if len(lines) != 232 || lines[231] != "argocd/prod unchanged 1 units" {
			t.Fatalf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
		}
	})

	t.Run("a list expires half-way with 410, as the stand-in has it", func(t *testing.T) {
		_, page := s.ask("GET", applications+"?limit=100", administrator, "", nil)
		next := page["metadata"].(object)["continue"].(string)
		s.annotate("dev", object{"time": "passes"})
		s.compact()
		status, refusal := s.ask("GET", applications+"?limit=100&continue="+next, administrator, "", nil)
		if status != http.StatusGone {
			t.Fatalf("got %d %v", status, refusal["message"])
		}
	})

	t.Run("no hub, no patch, and a clear line", func(t *testing.T) {
		before := s.versions()
		s.stopHub()
		code, lines, _ := s.cycle("--application=argocd/dev")
		want := "argocd/dev failed: hub " + s.hub + " not reachable while logging in as worker 6f1b2c3d-0a01-4c11-9b10-0000000000bb: no connection"
		if code != 4 || !slices.Equal(lines, []string{want}) || s.versions() != before {
			t.Fatalf("got %d %q", code, lines)
		}
	})
}

func (s *story) annotate(name string, annotations object) {
	status, _ := s.ask("PATCH", applications+"/"+name, administrator, "application/merge-patch+json", object{"metadata": object{"annotations": annotations}})
	if status != http.StatusOK {
		s.t.Errorf("annotating %s: %d", name, status)
	}
}

// takeRefreshAway is what Argo CD does when the refresh is done.
func (s *story) takeRefreshAway(name string) {
	s.annotate(name, object{"argocd.argoproj.io/refresh": nil})
}
