// A real Kubernetes API around `confighub-cmp refresh`: kube-apiserver with RBAC over etcd, both built from their published modules,
// with Argo CD's own Application definition and the rights that manifests/refresh asks for. There are no nodes: the program runs
// beside the test with the token its CronJob would have. What test/kubernetes claims about the API is checked here.
package kubernetes

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

const (
	administrator = "the-token-of-the-administrator"
	applications  = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications"
	digest        = "confighub-cmp/approved-digest"
)

type object = map[string]any

// cluster is etcd and kube-apiserver in processes of their own.
type cluster struct {
	t         *testing.T
	directory string
	etcd      string // URL
	port      string
	client    http.Client
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, directory: t.TempDir(), etcd: "http://127.0.0.1:" + freePort(t), port: freePort(t)}
	c.startEtcd()
	c.startAPIServer()
	c.install(filepath.Join(moduleOfArgoCD(t), "manifests", "crds", "application-crd.yaml"))
	c.create("/api/v1/namespaces", object{"metadata": object{"name": "argocd"}})
	c.create("/api/v1/namespaces", object{"metadata": object{"name": "team"}})
	c.install(filepath.Join(project, "manifests", "refresh", "service-account.yaml"))
	c.install(filepath.Join(project, "manifests", "refresh", "rbac.yaml"))
	c.waitForApplications()
	return c
}

func (c *cluster) startEtcd() {
	c.t.Helper()
	peers := "http://127.0.0.1:" + freePort(c.t)
	c.start("etcd", build(c.t, "etcd", "go.etcd.io/etcd/server/v3"), "--data-dir="+filepath.Join(c.directory, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+c.etcd, "--advertise-client-urls="+c.etcd, "--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers,
		"--initial-cluster=default="+peers)
}

func (c *cluster) startAPIServer() {
	c.t.Helper()
	key := c.file("service-account.key", newKey(c.t))
	tokens := c.file("tokens.csv", administrator+",administrator,1,system:masters\n")
	certificates := filepath.Join(c.directory, "certificates")
	c.start("kube-apiserver", build(c.t, "kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"), "--etcd-servers="+c.etcd,
		"--bind-address=127.0.0.1", "--secure-port="+c.port, "--cert-dir="+certificates, "--token-auth-file="+tokens, "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.example", "--service-account-signing-key-file="+key, "--service-account-key-file="+key,
		"--service-cluster-ip-range=10.0.0.0/24",
		// Without it, pages come from the server's memory and outlive what etcd forgets, for a while.
		"--feature-gates=ListFromCacheSnapshot=false")
	c.waitUntilReady(filepath.Join(certificates, "apiserver.crt"))
}

func (c *cluster) waitUntilReady(certificate string) {
	c.t.Helper()
	for range 600 {
		time.Sleep(100 * time.Millisecond)
		authority, err := os.ReadFile(certificate)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(authority) {
			continue
		}
		c.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
		if status, _ := c.ask("GET", "/readyz", administrator, "", nil); status == http.StatusOK {
			c.file("account/ca.crt", string(authority))
			return
		}
	}
	c.t.Fatalf("kube-apiserver is not ready after a minute: %s", c.log("kube-apiserver"))
}

func (c *cluster) start(name, program string, arguments ...string) {
	c.t.Helper()
	log, err := os.Create(filepath.Join(c.directory, name+".log"))
	must(c.t, err)
	process := exec.Command(program, arguments...)
	process.Stdout, process.Stderr, process.Dir = log, log, c.directory
	must(c.t, process.Start())
	c.t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait(); _ = log.Close() })
}

func (c *cluster) log(name string) string {
	text, _ := os.ReadFile(filepath.Join(c.directory, name+".log"))
	return string(text[max(0, len(text)-2000):])
}

func (c *cluster) file(name, text string) string {
	c.t.Helper()
	path := filepath.Join(c.directory, name)
	must(c.t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(c.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// ask sends JSON, or with another content type a patch, and gives the status and the object that came back.
func (c *cluster) ask(method, path, token, contentType string, body any) (int, object) {
	c.t.Helper()
	text, err := json.Marshal(body)
	must(c.t, err)
	request, err := http.NewRequest(method, "https://127.0.0.1:"+c.port+path, bytes.NewReader(text))
	must(c.t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", contentType)
	answer, err := c.client.Do(request)
	if err != nil {
		return 0, nil
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	must(c.t, err)
	var result object
	_ = json.Unmarshal(text, &result) // /readyz answers with text
	return answer.StatusCode, result
}

func (c *cluster) create(collection string, body object) object {
	c.t.Helper()
	status, created := c.ask("POST", collection, administrator, "application/json", body)
	if status != http.StatusCreated {
		c.t.Fatalf("creating in %s: %d %v", collection, status, created["message"])
	}
	return created
}

var collections = map[string]string{
	"CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
	"ServiceAccount":           "/api/v1/namespaces/argocd/serviceaccounts",
	"Role":                     "/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/roles",
	"RoleBinding":              "/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/rolebindings",
}

// install creates what is in a file of manifests, as `kubectl apply -n argocd` would.
func (c *cluster) install(path string) {
	c.t.Helper()
	text, err := os.ReadFile(path)
	must(c.t, err)
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var each object
		must(c.t, yaml.Unmarshal([]byte(document), &each))
		c.create(collections[each["kind"].(string)], each)
	}
}

func (c *cluster) waitForApplications() {
	c.t.Helper()
	for range 300 {
		if status, _ := c.ask("GET", applications, administrator, "", nil); status == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Fatal("Applications are not served after 30 s")
}

// application creates one that prints `space`.
func (c *cluster) application(namespace, name, space string) {
	c.t.Helper()
	plugin := object{"name": "confighub-cmp", "parameters": []object{{"name": "space", "string": space}}}
	c.create(strings.Replace(applications, "argocd", namespace, 1), object{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": object{"name": name},
		"spec": object{
			"project": "messagewall", "destination": object{"server": "https://kubernetes.default.svc", "namespace": "crossplane-system"},
			"source": object{"repoURL": "https://git.example.com/deploy.git", "path": name, "plugin": plugin},
		},
	})
}

func (c *cluster) metadata(name string) object {
	c.t.Helper()
	status, found := c.ask("GET", applications+"/"+name, administrator, "", nil)
	if status != http.StatusOK {
		c.t.Fatalf("reading Application %s: %d", name, status)
	}
	return found["metadata"].(object)
}

func (c *cluster) annotation(name, key string) any {
	c.t.Helper()
	annotations, _ := c.metadata(name)["annotations"].(object)
	return annotations[key]
}

// serviceAccountToken is what the kubelet would put into the job's volume.
func (c *cluster) serviceAccountToken() string {
	c.t.Helper()
	created := c.create(collections["ServiceAccount"]+"/confighub-cmp-refresh/token", object{
		"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": object{"expirationSeconds": 600},
	})
	return created["status"].(object)["token"].(string)
}

// compact makes etcd forget the past, as it does every five minutes.
func (c *cluster) compact() {
	c.t.Helper()
	post := func(path, body string) (result object) {
		answer, err := http.Post(c.etcd+path, "application/json", strings.NewReader(body))
		must(c.t, err)
		defer answer.Body.Close()
		must(c.t, json.NewDecoder(answer.Body).Decode(&result))
		return result
	}
	header := post("/v3/kv/range", `{"key":"AA=="}`)["header"].(object)
	post("/v3/kv/compaction", fmt.Sprintf(`{"revision":%q,"physical":true}`, header["revision"]))
}

// build compiles a program of another module once and gives its path.
func build(t *testing.T, name, module string) string {
	t.Helper()
	path := filepath.Join(project, "build", "interop", name)
	said, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, module).CombinedOutput()
	if err != nil {
		t.Fatalf("building %s: %v: %s", name, err, said)
	}
	return path
}

// moduleOfArgoCD is where Go keeps the version that test/interop/argocd runs.
func moduleOfArgoCD(t *testing.T) string {
	t.Helper()
	download := exec.Command("go", "mod", "download", "-json", "github.com/argoproj/argo-cd/v3")
	download.Dir = filepath.Join(project, "test", "interop", "argocd")
	said, err := download.Output()
	must(t, err)
	var module struct{ Dir string }
	must(t, json.Unmarshal(said, &module))
	return module.Dir
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	must(t, err)
	return port
}

func newKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
