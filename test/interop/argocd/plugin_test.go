package argocd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"sigs.k8s.io/yaml"

	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/cmp"
)

// No discovery: a probe would send the repository a second time, and its failure falls back to plain YAML.
func TestPluginAnnouncesNoDiscoveryAndAsksForNoGitCredentials(t *testing.T) {
	connection, client, err := installed.asRepoServer().NewConfigManagementPluginClient()
	must(t, err)
	defer connection.Close()
	answer, err := client.CheckPluginConfiguration(context.Background(), &emptypb.Empty{})
	must(t, err)
	t.Logf("discovery configured %t, git credentials %t", answer.IsDiscoveryConfigured, answer.ProvideGitCreds)
	if answer.IsDiscoveryConfigured || answer.ProvideGitCreds {
		t.Error("want neither")
	}
}

func TestPluginMatchesNoRepositoryByItself(t *testing.T) {
	connection, client, err := installed.asRepoServer().NewConfigManagementPluginClient()
	must(t, err)
	defer connection.Close()
	stream, err := client.MatchRepository(context.Background())
	must(t, err)
	root := filepath.Join(scratch, "repository")
	must(t, cmp.SendRepoStream(context.Background(), filepath.Join(root, "app"), root, stream, []string{"ARGOCD_APP_NAME=wall"}, nil))
	answer, err := stream.CloseAndRecv()
	must(t, err)
	t.Logf("supported %t, discovery enabled %t", answer.IsSupported, answer.IsDiscoveryEnabled)
	if answer.IsSupported || answer.IsDiscoveryEnabled {
		t.Error("want neither")
	}
}

// An Application without `plugin.name` must not be taken over by the sidecar.
func TestApplicationThatDoesNotNameThePluginIsNotTakenOver(t *testing.T) {
	operate(t, startHub(t, nil))
	app := wall(parameter("space", "messagewall-dev"))
	app.plugin.Name = ""
	result := refresh(t, app)
	result.shows(t, "an Application with `plugin: {}`")
	result.reads(t, `rpc error: code = Unknown desc = CMP processing failed for application "wall": could not find plugin supporting the given repository`)
}

// What the page "App details" offers for editing, through the repo-server and from the sidecar itself.
func TestParametersAreThoseOfPluginYaml(t *testing.T) {
	wanted := parametersOfPluginYaml(t)
	if announced := generic(t, announcedToTheUser(t)); !reflect.DeepEqual(announced, wanted) {
		t.Errorf("the user is offered %v\nand plugin.yaml says %v", announced, wanted)
	}
	t.Logf("the user is offered %s", mustMarshal(t, wanted))
}

func announcedToTheUser(t *testing.T) []*repoclient.ParameterAnnouncement {
	t.Helper()
	connection, client, err := installed.asController(30 * time.Second).NewRepoServerClient()
	must(t, err)
	defer connection.Close()
	app := wall()
	details, err := client.GetAppDetails(context.Background(), &repoclient.RepoServerAppDetailsQuery{
		Repo: app.request().Repo, Source: app.source(), AppName: app.name, NoCache: true,
	})
	must(t, err)
	return details.Plugin.ParametersAnnouncement
}

func parametersOfPluginYaml(t *testing.T) []any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project, "plugin", "plugin.yaml"))
	must(t, err)
	var file struct {
		Spec struct{ Parameters struct{ Static []any } }
	}
	must(t, yaml.Unmarshal(text, &file))
	return file.Spec.Parameters.Static
}

// A list of Argo CD's types as plain JSON values.
func generic(t *testing.T, announced any) (values []any) {
	t.Helper()
	text, err := json.Marshal(announced)
	must(t, err)
	must(t, json.Unmarshal(text, &values))
	return values
}
