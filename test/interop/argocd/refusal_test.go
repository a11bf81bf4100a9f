package argocd

import (
	"fmt"
	"strings"
	"testing"
)

func TestUnitWithoutApprovalIsRefused(t *testing.T) {
	operate(t, startHub(t, object{"messagewall-new-dev": space(object{"queue": unit(bucket("queue", ""))})}))
	result := refresh(t, wall(parameter("space", "messagewall-new-dev")))
	result.shows(t, "a unit that nobody has approved")
	result.refused(t, "generate", 3, "unit 'messagewall-new-dev/queue' has no approved revision: head 1 has 0 of 1 approvals",
		"approve a revision in ConfigHub, or let units wait with unapprovedUnits: skip")
}

func TestTagConflictIsRefused(t *testing.T) {
	units := object{"site": unit(bucket("site", "environment: prod"), "alice")}
	operate(t, startHub(t, object{"messagewall-blue-dev": space(units)}))
	result := refresh(t, wall(parameter("space", "messagewall-blue-dev")))
	result.shows(t, "a tag that contradicts the policy")
	result.refused(t, "generate", 3,
		"messagewall-blue-dev/site@1:7:25: error TAG_CONFLICT: Bucket site: spec.forProvider.tags.environment: tag differs from the policy, found 'prod', wanted dev",
		"fix: write environment: dev, or check that this is the right space: its environment is dev (space messagewall-blue-dev)")
}

func TestEmptySpaceIsRefused(t *testing.T) {
	operate(t, startHub(t, object{"messagewall-empty-dev": space(object{})}))
	result := refresh(t, wall(parameter("space", "messagewall-empty-dev")))
	result.shows(t, "a space without units")
	result.refused(t, "generate", 3, "space 'messagewall-empty-dev' yields no objects", "Argo CD would delete everything the Application owns",
		"set allowEmpty for this space if that is what you want")
}

func TestUnknownSpaceIsRefused(t *testing.T) {
	operate(t, startHub(t, nil))
	result := refresh(t, wall(parameter("space", "messagewall-gone-dev")))
	result.shows(t, "a space that does not exist")
	result.refused(t, "init", 5, "space 'messagewall-gone-dev' does not exist on the hub, or the worker may not see it",
		"check the name; a worker sees other spaces only with a sufficient role")
}

func TestHubDown(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	h.stop()
	result := refresh(t, wall(parameter("space", "messagewall-dev")))
	result.shows(t, "a hub that is down")
	result.refused(t, "init", 4, fmt.Sprintf("hub %s not reachable while logging in as worker %s: no connection", h.url, h.worker),
		"check the URL, the proxy, and whether the network lets this pod go there")
}

// After three failures Argo CD stops asking and shows the last one, also when its cause is long gone.
func TestFailureIsCachedUntilAHardRefresh(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	app := wall(parameter("space", "messagewall-dev"))
	app.name, app.cached = "unlucky", true
	h.fault("login", object{"status": 403, "times": 3})
	var last outcome
	for i := range 3 {
		last = refresh(t, app)
		last.refused(t, "init", 5, fmt.Sprintf("hub %s refused the login of worker %s: HTTP 403 forbidden, request id stand-in-%06d", h.url, h.worker, i+1),
			"check that worker-id and worker-secret belong together and that the worker still exists")
	}
	cached := refresh(t, app)
	cached.shows(t, "a login that works again, after three failures and by a soft refresh")
	unknown := "rpc error: code = Unknown desc = "
	cached.reads(t, unknown+"Manifest generation error (cached): "+strings.TrimPrefix(last.condition, loadFailed+unknown))
	app.cached = false
	expectTheWall(t, refresh(t, app))
}
