"""The conversation with the hub while all ends well, or nearly: how many requests, which detours, and where it stops."""

from __future__ import annotations

import pytest

from hub.running import RunningHub

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {{name: {name}}}\n"


@pytest.fixture
def units(hub):
    """As many units as the message wall has resources, all approved."""
    for number in range(19):
        hub.space("shop-dev").unit(f"unit-{number:02}").revision(BUCKET.format(name=f"bucket-{number}"), approved_by=["alice"])


def generate(cmp, **env):
    return cmp("generate", "--space", "shop-dev", env=env)


def test_three_requests_whatever_the_number_of_units(units, hub, cmp):
    run = generate(cmp)
    assert (run.code, run.provenance) == (0, [f"shop-dev/unit-{number:02}@1" for number in range(19)])
    assert hub.asked() == ["POST /auth/worker", "GET /api/unit", "GET /api/revision"]


def test_logs_in_again_when_the_token_expires_in_the_middle(units, hub, cmp):
    hub.fault("revisions", expire_tokens=True)
    assert generate(cmp).code == 0
    assert hub.asked() == ["POST /auth/worker", "GET /api/unit", "GET /api/revision", "POST /auth/worker", "GET /api/revision"]


def test_a_second_401_is_the_end(units, hub, cmp):
    hub.fault("units", expire_tokens=True, times=None)
    run = generate(cmp)
    assert (run.code, run.first_line) == (
        5, f"confighub-cmp: hub {hub.url} said no while listing the units of space 'shop-dev': HTTP 401 unauthorized, request id stand-in-000004"
    )
    assert hub.asked() == ["POST /auth/worker", "GET /api/unit"] * 2


def test_a_redirect_to_another_origin_is_not_followed(units, hub, cmp):
    other = RunningHub()
    try:
        hub.fault("units", redirect=other.url + "/api/unit", times=None)
        run = generate(cmp)
        assert (run.code, run.first_line) == (
            4, f"confighub-cmp: hub {hub.url} redirects to another origin while listing the units of space 'shop-dev'; not followed"
        )
        assert other.requests == []
    finally:
        other.close()


def test_the_budget_ends_the_run_before_argo_cd_does(units, hub, cmp):
    hub.fault("revisions", delay=5)
    run = generate(cmp, CONFIGHUB_CMP_BUDGET="1s")
    assert (run.code, run.first_line) == (
        4, "confighub-cmp: budget of 1s used up while listing the revisions of space 'shop-dev': no complete answer in time"
    )
    assert 0.9 < run.seconds < 2


def test_retry_after_longer_than_the_budget_is_not_waited_for(units, hub, cmp):
    hub.fault("units", status=429, headers={"Retry-After": "60"})
    run = generate(cmp)
    assert (run.code, run.first_line) == (
        4, "confighub-cmp: budget of 40s used up while listing the units of space 'shop-dev': HTTP 429 too many requests, request id stand-in-000002"
    )
    assert run.seconds < 5


def test_a_bomb_ends_at_the_limit(units, hub, cmp):
    hub.fault("units", gzip_bomb=64, times=None)
    run = generate(cmp, CONFIGHUB_CMP_MAX_RESPONSE_BYTES="1Mi")
    assert (run.code, run.first_line) == (
        4, f"confighub-cmp: hub {hub.url} not reachable while listing the units of space 'shop-dev': the answer is larger than limits.responseBytes"
    )


def test_init_reads_the_space_and_prints_nothing(units, hub, cmp):
    run = cmp("init", "--space", "shop-dev")
    assert (run.code, run.stdout) == (0, b"")
    assert hub.asked() == ["POST /auth/worker", "GET /api/unit"]
