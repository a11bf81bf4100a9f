package argocd

import (
	"context"
	"strings"
	"testing"
	"time"
)

// The run's own budget is shorter than Argo CD's patience, so the user reads the cause.
func TestBudgetEndsBeforeArgoCDKills(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	t.Setenv("CONFIGHUB_CMP_BUDGET", "3s")
	h.fault("revisions", object{"delay": 30, "times": nil})
	app := wall(parameter("space", "messagewall-dev"))
	app.deadline = 8 * time.Second
	result := refresh(t, app)
	result.shows(t, "a slow hub, a budget of 3 s and a deadline of 8 s")
	result.refused(t, "generate", 4, "budget of 3s used up while listing the revisions of space 'messagewall-dev': no complete answer in time",
		"Argo CD gives a plugin about 60s; limits.budget stays below that")
	if result.elapsed > app.deadline {
		t.Errorf("the answer took %s", result.elapsed)
	}
}

// The same with a budget that is too long: Argo CD kills, and all that the user learns is that time was up.
func TestArgoCDKillsAtItsDeadline(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	h.fault("revisions", object{"delay": 30, "times": nil})
	app := wall(parameter("space", "messagewall-dev"))
	app.deadline = 3 * time.Second
	result := refresh(t, app)
	result.shows(t, "a slow hub, a budget of 40 s and a deadline of 3 s")
	// SIGTERM for the group and SIGKILL for the process race; the user learns no more from either.
	if !strings.HasSuffix(result.condition, "signal: killed") && !strings.HasSuffix(result.condition, "signal: terminated") {
		t.Errorf("the user reads %q", result.condition)
	}
	allGone(t, 2*time.Second)
}

func TestCancelledRequestLeavesNoProcess(t *testing.T) {
	h := startHub(t, nil)
	operate(t, h)
	h.fault("revisions", object{"delay": 30, "times": nil})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		h.waitForRequest("GET /api/revision")
		cancel()
	}()
	result := refreshUntil(t, ctx, wall(parameter("space", "messagewall-dev")))
	result.shows(t, "a request that is cancelled while the hub is asked for revisions")
	result.reads(t, "rpc error: code = Canceled desc = context canceled")
	allGone(t, 2*time.Second)
}
