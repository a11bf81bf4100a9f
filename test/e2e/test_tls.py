"""A hub is who its certificate says, or there is no conversation: nothing was asked of a hub that failed."""

from __future__ import annotations

import pytest

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: api}\n"


def generate(cmp, authority, **env):
    return cmp("generate", "--space", "shop-dev", env={"SSL_CERT_FILE": str(authority.ca_file)} | env)


def test_good_certificate(cmp_over_tls, authority):
    cmp = cmp_over_tls("good")
    cmp.hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    assert generate(cmp, authority).code == 0


@pytest.mark.parametrize("kind, cause", [
    ("expired", "certificate has expired"),
    ("wrong name", "the certificate is for another host"),
    ("unknown CA", "unable to get local issuer certificate"),
    ("old protocol", "the handshake failed; TLS 1.2 or newer is needed"),
])
def test_bad_certificate(cmp_over_tls, authority, kind, cause):
    cmp = cmp_over_tls(kind)
    run = generate(cmp, authority)
    place = f"hub {cmp.hub.url} not reachable while logging in as worker {cmp.hub.worker.id}"
    assert (run.code, run.first_line) == (4, f"confighub-cmp: {place}: TLS: {cause}")
    assert cmp.hub.asked() == []


def test_unreadable_ca_file(cmp_over_tls, authority):
    cmp = cmp_over_tls("good")
    run = generate(cmp, authority, SSL_CERT_FILE="/nowhere.pem")
    place = f"hub {cmp.hub.url} not reachable while logging in as worker {cmp.hub.worker.id}"
    assert (run.code, run.first_line) == (4, f"confighub-cmp: {place}: TLS: the CA file /nowhere.pem cannot be read")


def test_plain_http_is_for_loopback_only(cmp_over_tls, authority):
    run = generate(cmp_over_tls("good"), authority, CONFIGHUB_URL="http://hub.example")
    sentence = "CONFIGHUB_URL: http:// to 'hub.example' would send the credential in clear; use https://"
    assert (run.code, run.first_line) == (2, f"confighub-cmp: {sentence}")
