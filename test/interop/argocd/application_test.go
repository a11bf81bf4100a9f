package argocd

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	repoclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
)

// application is what its author writes, the AppProject that the controller found it in, and how the controller asks.
type application struct {
	name       string
	project    string
	plugin     v1alpha1.ApplicationSourcePlugin
	repository string        // URL
	deadline   time.Duration // of the controller's request
	cached     bool          // a soft refresh; a hard one otherwise
}

// wall is an Application of project messagewall with these parameters.
func wall(parameters ...v1alpha1.ApplicationSourcePluginParameter) application {
	return application{name: "wall", project: "messagewall", repository: installed.repository, deadline: 60 * time.Second,
		plugin: v1alpha1.ApplicationSourcePlugin{Name: installed.config.Metadata.Name, Parameters: parameters}}
}

func (app application) inProject(project string) application {
	app.project = project
	return app
}

func (app application) withVariable(name, value string) application {
	app.plugin.Env = append(v1alpha1.Env{}, app.plugin.Env...)
	app.plugin.Env = append(app.plugin.Env, &v1alpha1.EnvEntry{Name: name, Value: value})
	return app
}

func parameter(name, value string) v1alpha1.ApplicationSourcePluginParameter {
	return v1alpha1.ApplicationSourcePluginParameter{Name: name, String_: &value}
}

func listParameter(name string, values ...string) v1alpha1.ApplicationSourcePluginParameter {
	return v1alpha1.ApplicationSourcePluginParameter{Name: name, OptionalArray: &v1alpha1.OptionalArray{Array: values}}
}

// Argo CD's controller puts this before what the repo-server says.
const loadFailed = "Failed to load target state: failed to generate manifest for source 1 of 1: "

// outcome is what the controller has after a refresh: objects to sync, or a condition that the user reads.
type outcome struct {
	app       application
	objects   []*unstructured.Unstructured
	bytes     int
	condition string
	elapsed   time.Duration
}

func refresh(t *testing.T, app application) outcome {
	t.Helper()
	return refreshUntil(t, context.Background(), app)
}

// refreshUntil does what appStateManager.GetRepoObjs of controller/state.go does for an Application of one source.
func refreshUntil(t *testing.T, ctx context.Context, app application) outcome {
	t.Helper()
	connection, client, err := installed.asController(app.deadline).NewRepoServerClient()
	must(t, err)
	defer connection.Close()
	started := time.Now()
	answer, err := client.GenerateManifest(ctx, app.request())
	result := outcome{app: app, elapsed: time.Since(started)}
	if err != nil {
		result.condition = loadFailed + err.Error()
		return result
	}
	for _, manifest := range answer.Manifests {
		decoded, err := v1alpha1.UnmarshalToUnstructured(manifest)
		must(t, err)
		result.objects = append(result.objects, decoded)
		result.bytes += len(manifest)
	}
	return result
}

func (app application) request() *repoclient.ManifestRequest {
	return &repoclient.ManifestRequest{
		AppName: app.name, ProjectName: app.project, Namespace: "crossplane-system", AppLabelKey: "app.kubernetes.io/instance",
		TrackingMethod: string(v1alpha1.TrackingMethodAnnotation), NoCache: !app.cached,
		Repo: &v1alpha1.Repository{Repo: app.repository}, Revision: "HEAD", ApplicationSource: app.source(),
		KubeVersion: "1.35.0", ApiVersions: []string{"v1", "v1/Secret", "s3.aws.upbound.io/v1beta1/Bucket"},
	}
}

func (app application) source() *v1alpha1.ApplicationSource {
	return &v1alpha1.ApplicationSource{RepoURL: app.repository, Path: "app", TargetRevision: "HEAD", Plugin: &app.plugin}
}

// shows prints what the user would read, so that a person can judge the text and not only the test.
func (result outcome) shows(t *testing.T, situation string) {
	t.Helper()
	shown := result.condition
	if shown == "" {
		shown = fmt.Sprintf("%d objects, %d bytes, %d ms", len(result.objects), result.bytes, result.elapsed.Milliseconds())
	}
	t.Logf("%s\n\t%s", situation, strings.ReplaceAll(shown, "\n", "\n\t"))
}

// refused demands the whole text that Argo CD shows for a run of `command` which ended with `code` and these lines.
func (result outcome) refused(t *testing.T, command string, code int, lines ...string) {
	t.Helper()
	result.failed(t, fmt.Sprintf("`%s %s` failed exit status %d: confighub-cmp: %s", program, command, code, strings.Join(lines, "\n  ")))
}

// failed demands the whole text that Argo CD shows when the sidecar answers with this error.
func (result outcome) failed(t *testing.T, sidecarSays string) {
	t.Helper()
	result.reads(t, fmt.Sprintf("rpc error: code = Unknown desc = CMP processing failed for application %q: error generating manifests in cmp: "+
		"rpc error: code = Unknown desc = error generating manifests: %s", result.app.name, sidecarSays))
}

// reads demands the whole text that Argo CD shows when the repo-server answers with this error.
func (result outcome) reads(t *testing.T, repoServerSays string) {
	t.Helper()
	if wanted := loadFailed + repoServerSays; result.condition != wanted {
		t.Errorf("the user reads\n%s\nand should read\n%s", result.condition, wanted)
	}
}
