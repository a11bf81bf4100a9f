package argocd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/argoproj/argo-cd/v3/cmpserver"
	cmpclient "github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/reposerver"
	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/cache"
	"github.com/argoproj/argo-cd/v3/reposerver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	cacheutil "github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/tls"
)

// argoCD is the repo-server with our plugin as its only sidecar. The controller's half, which asks the repo-server and shows
// its answer, is in application_test.go.
type argoCD struct {
	repository string // that Applications point to, URL
	repoServer string // host:port
	socket     string // of the sidecar
	config     *plugin.PluginConfig
	log        safeBuffer // what operators would find in the logs of both containers
}

func installArgoCD() (*argoCD, error) {
	argo := &argoCD{}
	logrus.SetOutput(&argo.log)
	return argo, firstError(argo.makeRepository, argo.startSidecar, argo.startRepoServer)
}

// The plugin needs nothing from Git, but Argo CD has no source without a repository that holds a file.
func (argo *argoCD) makeRepository() (err error) {
	argo.repository, err = gitRepository(filepath.Join(scratch, "repository"), map[string]string{"README.md": "The configuration is in ConfigHub.\n"})
	return err
}

func (argo *argoCD) startSidecar() error {
	if err := writePluginConfig(filepath.Join(scratch, "config")); err != nil {
		return err
	}
	config, err := plugin.ReadPluginConfig(filepath.Join(scratch, "config"))
	if err != nil {
		return err
	}
	server, err := cmpserver.NewServer(plugin.CMPServerInitConstants{PluginConfig: *config})
	if err != nil {
		return err
	}
	argo.config, argo.socket = config, config.Address()
	go server.Run()
	return waitForSocket(argo.socket)
}

// plugin/plugin.yaml as it is shipped, except that the program need not be installed at the path which the image has.
func writePluginConfig(directory string) error {
	text, err := os.ReadFile(filepath.Join(project, "plugin", "plugin.yaml"))
	if err != nil {
		return err
	}
	const inTheImage = "/usr/local/bin/confighub-cmp"
	if strings.Count(string(text), inTheImage) != 2 {
		return fmt.Errorf("plugin.yaml does not name %s for init and generate", inTheImage)
	}
	patched := strings.ReplaceAll(string(text), inTheImage, program)
	return os.WriteFile(filepath.Join(directory, "plugin.yaml"), []byte(patched), 0o644)
}

func waitForSocket(path string) error {
	for range 100 {
		if info, err := os.Stat(path); err == nil && info.Mode().Type() == os.ModeSocket {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("no socket at %s after 5 s", path)
}

// The settings are the defaults of argocd-repo-server; Redis is replaced by Argo CD's own cache in memory, TLS is off.
func (argo *argoCD) startRepoServer() error {
	memory := cacheutil.NewCache(cacheutil.NewInMemoryCache(time.Hour))
	constants := repository.RepoServerInitConstants{
		PauseGenerationAfterFailedGenerationAttempts: 3,
		PauseGenerationOnFailureForMinutes:           60,
	}
	server, err := reposerver.NewServer(metrics.NewMetricsServer(), cache.NewCache(memory, 24*time.Hour, 3*time.Minute, 10*time.Second),
		nil, constants, git.NoopCredsStore{}, "", true)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	argo.repoServer = listener.Addr().String()
	go func() { _ = server.CreateGRPC().Serve(listener) }()
	return nil
}

// asController is the client of the application controller, whose deadline is controller.repo.server.timeout.seconds.
func (argo *argoCD) asController(deadline time.Duration) repoclient.Clientset {
	return repoclient.NewRepoServerClientset(argo.repoServer, int(deadline.Seconds()), tls.Configuration{DisableTLS: true})
}

// asRepoServer is the client that the repo-server has of its sidecars.
func (argo *argoCD) asRepoServer() cmpclient.Clientset {
	return cmpclient.NewConfigManagementPluginClientSet(argo.socket)
}

// gitRepository commits files to the path `app` and gives the URL.
func gitRepository(root string, files map[string]string) (string, error) {
	if err := os.MkdirAll(filepath.Join(root, "app"), 0o755); err != nil {
		return "", err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, "app", name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	for _, arguments := range []string{"init --quiet --initial-branch=main", "add .", "-c user.name=author -c user.email= commit --quiet --message=app"} {
		if output, err := exec.Command("git", append([]string{"-C", root}, strings.Fields(arguments)...)...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("git %s: %w: %s", arguments, err, output)
		}
	}
	return "file://" + root, nil
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type safeBuffer struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (buffer *safeBuffer) Write(bytes []byte) (int, error) {
	buffer.mutex.Lock()
	defer buffer.mutex.Unlock()
	return buffer.text.Write(bytes)
}

func (buffer *safeBuffer) String() string {
	buffer.mutex.Lock()
	defer buffer.mutex.Unlock()
	return buffer.text.String()
}
