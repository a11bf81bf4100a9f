// The real Argo CD around our program. These tests run Argo CD's own repo-server and argocd-cmp-server in the test's process,
// joined by sockets as in the repo-server's pod, with plugin/plugin.yaml and the built program in the sidecar's place and
// the stand-in hub of test/hub behind it. What is asserted is what a user reads in Argo CD, whole.
package argocd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const interpreter = "/usr/bin/python3"

// Paths every story needs; set once, before the first test.
var (
	project   string // the checkout
	scratch   string // gone after the last test
	program   string // a copy of the binary under test
	installed *argoCD
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	defer removeScratch()
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		return 1
	}
	var err error
	if installed, err = installArgoCD(); err != nil {
		fmt.Fprintln(os.Stderr, "interop: Argo CD did not start:", err)
		return 1
	}
	return m.Run()
}

// The repo-server takes its own permissions away from the directories it is not using.
func removeScratch() {
	_ = exec.Command("chmod", "-R", "u+rwX", scratch).Run()
	_ = os.RemoveAll(scratch)
}

func prepare() (err error) {
	if project, err = filepath.Abs("../../.."); err != nil {
		return err
	}
	built := os.Getenv("CONFIGHUB_CMP")
	if built == "" {
		built = filepath.Join(project, "build", "confighub-cmp")
	}
	// Short: a Unix socket's path has 107 bytes at most.
	if scratch, err = os.MkdirTemp("", "argocd-"); err != nil {
		return err
	}
	program = filepath.Join(scratch, "bin", "confighub-cmp")
	return firstError(cleanEnvironment, makeDirectories, func() error { return install(built) })
}

// The sidecar inherits the test's environment, as it would its container's. A developer's own settings do not belong there.
func cleanEnvironment() error {
	path, home := os.Getenv("PATH"), os.Getenv("HOME")
	os.Clearenv()
	for name, value := range map[string]string{
		"PATH":                      filepath.Join(scratch, "bin") + ":" + path,
		"HOME":                      home,
		"TMPDIR":                    scratch,
		"ARGOCD_PLUGINSOCKFILEPATH": filepath.Join(scratch, "plugins"),
		"ARGOCD_LOG_LEVEL":          "warn", // of the trace of git commands, which has a logger of its own
		"ARGOCD_CMP_WORKDIR":        scratch,
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

func makeDirectories() error {
	for _, directory := range []string{"bin", "plugins", "config"} {
		if err := os.Mkdir(filepath.Join(scratch, directory), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// install puts what the sidecar's image and Argo CD's would have on the PATH: the program, and a script that asks git for the
// signature of a commit, which nobody here has made.
func install(built string) error {
	binary, err := os.ReadFile(built)
	if err != nil {
		return fmt.Errorf("the program under test: %w", err)
	}
	if err := os.WriteFile(program, binary, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(scratch, "bin", "git-verify-wrapper.sh"), []byte("#!/bin/sh\n"), 0o755)
}
