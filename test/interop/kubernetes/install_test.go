package kubernetes

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A newcomer's own directory beside manifests/, as the README's "Install" has it.
const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: argocd
resources:
- manifests/argo-cd
images:
- {name: localhost/confighub-cmp, newName: registry.example.com/confighub-cmp, newTag: 0.1.0}
configMapGenerator:
- name: confighub-cmp
  behavior: merge
  files: [settings.yaml, tag-policy.yaml]
`

var applied = []string{"apply", "--server-side", "--field-manager=confighub-cmp"}

// TestInstall goes the README's way on Argo CD's own installation, and back.
func TestInstall(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("SKIPPED: there is no kubectl on the PATH")
	}
	c := startCluster(t)
	manifests := filepath.Join(moduleOfArgoCD(t), "manifests", "install.yaml")
	argoCD := []string{"-n", "argocd", "apply", "--server-side", "--force-conflicts", "-f", manifests}
	c.kubectl(argoCD...)
	before := c.repoServer()

	started := time.Now()
	own := newcomersDirectory(t)
	c.kubectl("-n", "argocd", "create", "secret", "generic", "confighub-cmp-credentials",
		"--from-file=worker-id="+c.file("worker-id", "id"), "--from-file=worker-secret="+c.file("worker-secret", "secret"))
	c.kubectl(append(applied, "-k", own)...)
	c.kubectl("apply", "-k", filepath.Join(own, "manifests", "argocd"))
	t.Logf("from the Secret to the Applications: %.1f s", time.Since(started).Seconds())

	images := []string{before[0], "registry.example.com/confighub-cmp:0.1.0"}
	c.expectImages("installed", images)
	c.kubectl(argoCD...)
	c.expectImages("after Argo CD's own manifests were applied again", images)
	c.kubectl(append(applied, "-n", "argocd", "-f", filepath.Join(own, "manifests", "argo-cd", "repo-server.yaml"))...)
	c.expectImages("taken out", before)
}

func newcomersDirectory(t *testing.T) string {
	t.Helper()
	own := t.TempDir()
	manifests := filepath.Join(project, "manifests")
	must(t, os.CopyFS(filepath.Join(own, "manifests"), os.DirFS(manifests)))
	must(t, os.WriteFile(filepath.Join(own, "kustomization.yaml"), []byte(kustomization), 0o600))
	for _, name := range []string{"settings.yaml", "tag-policy.yaml"} {
		text, err := os.ReadFile(filepath.Join(manifests, "repo-server", name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(own, name), text, 0o600))
	}
	return own
}

func (c *cluster) kubectl(arguments ...string) {
	c.t.Helper()
	connection := []string{"--kubeconfig=/dev/null", "--server=https://127.0.0.1:" + c.port, "--token=" + administrator,
		"--certificate-authority=" + filepath.Join(c.directory, "certificates", "apiserver.crt")}
	if said, err := exec.Command("kubectl", append(connection, arguments...)...).CombinedOutput(); err != nil {
		c.t.Fatalf("kubectl %s: %v: %s", strings.Join(arguments, " "), err, said)
	}
}

// repoServer gives the images of its containers, sorted.
func (c *cluster) repoServer() []string {
	c.t.Helper()
	status, found := c.ask("GET", "/apis/apps/v1/namespaces/argocd/deployments/argocd-repo-server", administrator, "", nil)
	if status != http.StatusOK {
		c.t.Fatalf("reading argocd-repo-server: %d", status)
	}
	var images []string
	for _, container := range found["spec"].(object)["template"].(object)["spec"].(object)["containers"].([]any) {
		images = append(images, container.(object)["image"].(string))
	}
	slices.Sort(images)
	return images
}

func (c *cluster) expectImages(when string, wanted []string) {
	c.t.Helper()
	if images := c.repoServer(); !slices.Equal(images, wanted) {
		c.t.Errorf("%s: containers run %v, wanted %v", when, images, wanted)
	}
}
