package argocd

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"go.etcd.io/etcd/server/v3/embed"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsclient "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	servertesting "k8s.io/apiextensions-apiserver/pkg/cmd/server/testing"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"sigs.k8s.io/yaml"
)

// The CRDs of the AWS provider, as its own project has them. They are not part of this one.
const definitions = "../../../../shared/crds"

// cluster is etcd and the part of kube-apiserver that serves custom resources, with the CRDs of the AWS provider.
type cluster struct {
	client  dynamic.Interface
	plurals map[schema.GroupKind]string
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(definitions, "*.yaml"))
	must(t, err)
	if len(files) == 0 {
		t.Skipf("SKIPPED: no CRDs in %s, so nothing can be applied", definitions)
	}
	klog.SetLogger(logr.Discard()) // it misses the kube-apiserver that it expects in front of it
	config := startAPIServer(t, startEtcd(t))
	client, err := dynamic.NewForConfig(config)
	must(t, err)
	started := &cluster{client: client, plurals: map[schema.GroupKind]string{}}
	for _, file := range files {
		started.define(t, config, file)
	}
	return started
}

func startEtcd(t *testing.T) string {
	t.Helper()
	anyPort := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config := embed.NewConfig()
	config.Dir, config.LogLevel = t.TempDir(), "fatal"
	config.ListenClientUrls, config.AdvertiseClientUrls = anyPort, anyPort
	config.ListenPeerUrls, config.AdvertisePeerUrls = anyPort, anyPort
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	must(t, err)
	t.Cleanup(etcd.Close)
	<-etcd.Server.ReadyNotify()
	return "http://" + etcd.Clients[0].Addr().String()
}

// Whatever asks a kube-apiserver in front of this one (authentication, namespaces, webhooks) is off.
func startAPIServer(t *testing.T, etcd string) *rest.Config {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	write(t, kubeconfig, `{"apiVersion": "v1", "kind": "Config", "current-context": "none", "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:1"}}],
		"contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}], "users": [{"name": "none", "user": {}}]}`)
	server := servertesting.StartTestServerOrDie(quiet{t}, nil, []string{
		"--etcd-servers", etcd, "--authentication-skip-lookup", "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
		"--kubeconfig", kubeconfig, "--enable-priority-and-fairness=false", "--disable-admission-plugins",
		"NamespaceLifecycle,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ValidatingAdmissionPolicy,MutatingAdmissionPolicy",
	}, nil)
	t.Cleanup(server.TearDownFn)
	return server.ClientConfig
}

// quiet keeps what the API server says about its start out of the test's log.
type quiet struct{ *testing.T }

func (quiet) Logf(string, ...any) {}

// define creates a CRD and waits until its objects are served.
func (c *cluster) define(t *testing.T, config *rest.Config, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	var definition apiextensions.CustomResourceDefinition
	must(t, yaml.Unmarshal(text, &definition))
	client, err := apiextensionsclient.NewForConfig(config)
	must(t, err)
	_, err = client.ApiextensionsV1().CustomResourceDefinitions().Create(context.Background(), &definition, metav1.CreateOptions{})
	must(t, err)
	c.plurals[schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}] = definition.Spec.Names.Plural
	for range 100 {
		created, err := client.ApiextensionsV1().CustomResourceDefinitions().Get(context.Background(), definition.Name, metav1.GetOptions{})
		must(t, err)
		for _, condition := range created.Status.Conditions {
			if condition.Type == apiextensions.Established && condition.Status == apiextensions.ConditionTrue {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s is not established after 10 s", definition.Name)
}

// apply is a server-side apply as Argo CD's controller makes it, but strict: a field that the schema does not have is an error.
func (c *cluster) apply(t *testing.T, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	t.Helper()
	kind := object.GroupVersionKind()
	resource := kind.GroupVersion().WithResource(c.plurals[kind.GroupKind()])
	body, err := json.Marshal(object)
	must(t, err)
	force := true
	return c.client.Resource(resource).Patch(context.Background(), object.GetName(), types.ApplyPatchType, body,
		metav1.PatchOptions{FieldManager: "argocd-controller", Force: &force, FieldValidation: metav1.FieldValidationStrict})
}
