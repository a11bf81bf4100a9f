package argocd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func startShop(t *testing.T) *hub {
	t.Helper()
	h := startHub(t, object{"shop-dev": space(object{"prices": unit(bucket("prices", ""), "alice")})})
	operate(t, h)
	return h
}

// Who gets what: the project is Argo CD's word, the space is the author's, by parameter or by variable.
func TestProjectsAndSpaces(t *testing.T) {
	startShop(t)
	noProject := []string{"application 'wall' has no project, so space 'messagewall-dev' is not allowed",
		"Argo CD sets ARGOCD_APP_PROJECT_NAME from version 3.0 on; older versions cannot be fenced"}
	for _, story := range []struct {
		project, space string
		objects        int
		refusal        []string
	}{
		{"messagewall", "messagewall-dev", objectsOfTheWall, nil},
		{"shop", "shop-dev", 1, nil},
		{"messagewall", "shop-dev", 0, notAllowed("messagewall", "shop-dev")},
		{"shop", "messagewall-dev", 0, notAllowed("shop", "messagewall-dev")},
		{"shop", "messagewall-dev,shop-dev", 0, notAllowed("shop", "messagewall-dev")},
		{"default", "shop-dev", 0, notAllowed("default", "shop-dev")},
		{"", "messagewall-dev", 0, noProject},
	} {
		for _, app := range []application{wall(parameter("space", story.space)), wall().withVariable("CONFIGHUB_SPACE", story.space)} {
			result := refresh(t, app.inProject(story.project))
			result.shows(t, fmt.Sprintf("project %q, parameters %s, variables %s", story.project, generic(t, app.plugin.Parameters), generic(t, app.plugin.Env)))
			if story.refusal != nil {
				result.refused(t, "init", 3, story.refusal...)
			} else if len(result.objects) != story.objects {
				t.Errorf("%d objects arrived, not %d", len(result.objects), story.objects)
			}
		}
	}
}

func notAllowed(project, space string) []string {
	return []string{fmt.Sprintf("project '%s' is not allowed to read space '%s'", project, space), "if it should be allowed, add to the settings file:",
		"access:", "- project: " + project, "  spaces: [" + space + "]"}
}

func TestRuleOutsideTheAllowList(t *testing.T) {
	startShop(t)
	result := refresh(t, wall(parameter("space", "messagewall-dev"), parameter("revision", "head")))
	result.shows(t, "rule head where the operator allows approved")
	result.refused(t, "init", 3, "project 'messagewall' is not allowed to use rule 'head' for space 'messagewall-dev'",
		"if it should be allowed, add head to revisions of the entry at "+os.Getenv("CONFIGHUB_CMP_SETTINGS")+":4: access[0]")
}

// Argo CD fills in $ARGOCD_APP_* in variables, so one ApplicationSet template serves every project.
func TestVariableMayNameTheProject(t *testing.T) {
	startShop(t)
	result := refresh(t, wall().withVariable("CONFIGHUB_SPACE", "${ARGOCD_APP_PROJECT_NAME}-dev").inProject("shop"))
	result.shows(t, "space ${ARGOCD_APP_PROJECT_NAME}-dev in project shop")
	if len(result.objects) != 1 {
		t.Errorf("%d objects arrived", len(result.objects))
	}
}

// Who may write the repository may write this file, and Argo CD lays it over the Application. It must not open another's space.
func TestFileInTheRepositoryOpensNoOtherSpace(t *testing.T) {
	startShop(t)
	override := "plugin:\n  parameters:\n  - {name: space, string: shop-dev}\n"
	app := wall(parameter("space", "messagewall-dev"))
	var err error
	app.repository, err = gitRepository(filepath.Join(t.TempDir(), "r"), map[string]string{".argocd-source.yaml": override})
	must(t, err)
	result := refresh(t, app)
	result.shows(t, "space messagewall-dev in the Application, shop-dev in .argocd-source.yaml")
	result.refused(t, "init", 3, notAllowed("messagewall", "shop-dev")...)
}

// Every setting the program has, by its own word, through both channels. None of them may get as far as a request.
func TestApplicationSetsNothingOfTheOperators(t *testing.T) {
	h := startShop(t)
	base := wall(parameter("space", "messagewall-dev"))
	hint := "an Application may set space, revision and where; everything else is the operator's"
	names := operatorSettings(t)
	for _, name := range names {
		byParameter := base
		byParameter.plugin.Parameters = append(slices.Clone(base.plugin.Parameters), parameter(name, h.url))
		refresh(t, byParameter).refused(t, "init", 2, fmt.Sprintf("parameter '%s' cannot be set by an Application", name), hint)

		variable := "CONFIGHUB_" + strings.TrimPrefix(strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToUpper(name)), "CONFIGHUB_")
		refresh(t, base.withVariable(variable, h.url)).refused(t, "init", 2, fmt.Sprintf("ARGOCD_ENV_%s cannot be set by an Application", variable), hint)
	}
	t.Logf("refused as parameter and as variable: %s", strings.Join(names, " "))
	expectNotAsked(t, h)
}

// All options and variables of the help text and the keys of the settings file that it leaves out, but for the author's own three.
func operatorSettings(t *testing.T) []string {
	t.Helper()
	help, err := exec.Command(program, "generate", "--help").Output()
	must(t, err)
	names := []string{"access", "hub.url", "hub.caFile", "hub.credentialsDir", "hub.token", "hub.workerSecret", "limits.budget", "tagPolicy"}
	for _, found := range regexp.MustCompile(`--([a-z-]+)|\b([A-Z]+(?:_[A-Z]+)+)\b`).FindAllStringSubmatch(string(help), -1) {
		names = append(names, found[1]+found[2])
	}
	authors := []string{"space", "revision", "where", "CONFIGHUB_SPACE"}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(authors, name) })
	if slices.Sort(names); len(names) < 40 {
		t.Fatalf("the help text names only %v", names)
	}
	return slices.Compact(names)
}

// Argo CD puts ARGOCD_ENV_ before every name, so what steers a process elsewhere steers nothing here.
func TestVariablesOfOtherProgramsDoNothing(t *testing.T) {
	startShop(t)
	app := wall(parameter("space", "messagewall-dev"))
	for _, name := range []string{"HTTPS_PROXY", "SSL_CERT_FILE", "LD_PRELOAD", "PATH", "A=CONFIGHUB_URL", "X\nCONFIGHUB_URL", "confighub_url", ""} {
		app = app.withVariable(name, "/nowhere")
	}
	expectTheWall(t, refresh(t, app))
}

// What an author may write is checked before it is used: nothing of it reaches a query, a path or a command line.
func TestHostileValues(t *testing.T) {
	h := startShop(t)
	for _, story := range []struct{ what, value, shown string }{
		{"an option", "--from=/etc", "--from=/etc"},
		{"a path", "../../shop-dev", "../../shop-dev"},
		{"two lines", "messagewall-dev\nCONFIGHUB_URL=http://127.0.0.1:1", `messagewall-dev\x0aCONFIGHUB_URL=http://127.0.0.1:1`},
		{"quotes", `messagewall-dev' OR Slug != '`, `messagewall-dev' OR Slug != '`},
		{"markup", `<b>"&`, `<b>"&`},
		{"a command", "$(id)", "$(id)"},
		{"a terminal's escape", "\x1b[31mred", `\x1b[31mred`},
		{"nothing", "", ""},
	} {
		message := fmt.Sprintf("parameter space: '%s' is not a slug: letters, digits and -_. inside, at most 128 characters", story.shown)
		result := refresh(t, wall(parameter("space", story.value)))
		result.shows(t, "space is "+story.what)
		result.refused(t, "init", 2, message)
		refresh(t, wall(listParameter("space", "messagewall-dev", story.value))).refused(t, "init", 2, message)
	}
	long := strings.Repeat("a", 100_000)
	refresh(t, wall(parameter("space", long))).refused(t, "init", 2, ("parameter space: '" + long)[:600]+"...")
	expectNotAsked(t, h)
}

func TestHostileRulesAndSelectors(t *testing.T) {
	h := startShop(t)
	space := parameter("space", "messagewall-dev")
	notALabel := "parameter where: label value '%s' cannot be asked for: letters, digits and -_. only"
	for _, story := range []struct {
		app     application
		refusal []string
	}{
		{wall(space, parameter("where", "tier='web' OR Slug!=''")), []string{fmt.Sprintf(notALabel, "'web' OR Slug!=''")}},
		{wall(space, parameter("where", "--from=/etc")), []string{fmt.Sprintf(notALabel, "/etc")}},
		{wall(space, parameter("revision", "-1")), []string{"parameter revision: '-1' is not a revision rule: approved, live, locked or head"}},
		{wall(space).withVariable("CONFIGHUB_SPACE", "shop-dev"), []string{"parameter space and ARGOCD_ENV_CONFIGHUB_SPACE differ for space", "set it in one place only"}},
		{wall(space, parameter("space", "shop-dev")), []string{"parameter space and parameter space differ for space", "set it in one place only"}},
	} {
		result := refresh(t, story.app)
		result.shows(t, fmt.Sprintf("parameters %s, variables %s", generic(t, story.app.plugin.Parameters), generic(t, story.app.plugin.Env)))
		result.refused(t, "init", 2, story.refusal...)
	}
	expectNotAsked(t, h)
}

// These never reach the program: the kernel refuses the one, Go the other.
func TestValuesThatCannotBeDelivered(t *testing.T) {
	startShop(t)
	for _, story := range []struct{ what, value, refusal string }{
		{"a value of 200 kB", strings.Repeat("a", 200_000), "fork/exec " + program + ": argument list too long"},
		{"a zero byte", "messagewall-dev\x00", "exec: environment variable contains NUL"},
	} {
		result := refresh(t, wall().withVariable("CONFIGHUB_SPACE", story.value))
		result.shows(t, "space is "+story.what)
		result.failed(t, story.refusal)
	}
}

func expectNotAsked(t *testing.T, h *hub) {
	t.Helper()
	if asked := h.requests(); len(asked) > 0 {
		t.Errorf("the hub was asked %v", asked)
	}
}
