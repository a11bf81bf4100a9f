package argocd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What the operator of the sidecar allows. Project shop is there so that it has something to lose to project messagewall.
const settings = `apiVersion: confighub-cmp/v1alpha1
kind: Settings
access:
- project: messagewall
  spaces: ["messagewall-*"]
  revisions: [approved]
- project: shop
  spaces: [shop-dev]
`

// operate sets the sidecar up for this hub as manifests/ does: files for settings, policy and credential, variables that name
// them, nothing secret in a variable. When the story is over it demands that Argo CD's log, which has all that the program said,
// does not have the secret.
func operate(t *testing.T, h *hub) {
	t.Helper()
	directory := t.TempDir()
	write(t, filepath.Join(directory, "settings.yaml"), settings)
	must(t, os.Mkdir(filepath.Join(directory, "credentials"), 0o700))
	write(t, filepath.Join(directory, "credentials", "worker-id"), h.worker)
	write(t, filepath.Join(directory, "credentials", "worker-secret"), h.secret)
	t.Setenv("CONFIGHUB_URL", h.url)
	t.Setenv("CONFIGHUB_CREDENTIALS_DIR", filepath.Join(directory, "credentials"))
	t.Setenv("CONFIGHUB_CMP_SETTINGS", filepath.Join(directory, "settings.yaml"))
	t.Setenv("CONFIGHUB_CMP_POLICY", filepath.Join(project, "examples", "messagewall", "tag-policy.yaml"))
	t.Cleanup(func() {
		switch log := installed.log.String(); {
		case !strings.Contains(log, program):
			t.Error("Argo CD logged no run of the program")
		case strings.Contains(log, h.secret):
			t.Error("Argo CD's log has the worker's secret")
		}
	})
}
