"""HTTP/2, which the stand-in does not speak and a hub behind a load balancer does: nginx stands in front of it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {{name: {name}}}\n"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONFIGURATION = """
daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log;
events {{}}
http {{
  log_format protocol "$request_method $uri $server_protocol"; access_log {directory}/access.log protocol;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  scgi_temp_path {directory}/scgi; uwsgi_temp_path {directory}/uwsgi;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {certificates}/server.pem; ssl_certificate_key {certificates}/server.key;
    keepalive_requests {requests_per_connection};
    location / {{ proxy_pass {hub}; proxy_http_version 1.1; proxy_buffering off; }}
  }}
}}
"""


class Front:
    """nginx as a process of our own; `url` is what the program is told."""

    def __init__(self, hub, authority, directory, requests_per_connection=1000):
        authority.server("good")  # writes server.pem
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url, self._directory = f"https://127.0.0.1:{port}", directory
        (directory / "nginx.conf").write_text(CONFIGURATION.format(
            directory=directory, port=port, certificates=authority.ca_file.parent, hub=hub.url, requests_per_connection=requests_per_connection))
        self._process = subprocess.Popen([NGINX, "-p", directory, "-c", directory / "nginx.conf"], stderr=subprocess.DEVNULL)
        self._wait_for(port)

    def protocols(self) -> list[str]:
        return (self._directory / "access.log").read_text().splitlines()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=10)

    def _wait_for(self, port: int) -> None:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("nginx does not listen: " + (self._directory / "error.log").read_text())


@pytest.fixture
def front(hub, authority, tmp_path):
    """front() puts nginx before the hub, which has two approved units."""
    if NGINX is None:
        pytest.skip("nginx is not installed: HTTP/2 is not tested (Debian package nginx-light)")
    for name in ("api", "web"):
        hub.space("shop-dev").unit(name).revision(BUCKET.format(name=name), approved_by=["alice"])
    fronts: list[Front] = []

    def put(**options) -> Front:
        directory = tmp_path / f"nginx-{len(fronts)}"
        directory.mkdir()
        fronts.append(Front(hub, authority, directory, **options))
        return fronts[-1]

    yield put
    for each in fronts:
        each.kill()


def generate(cmp, front, authority, *arguments):
    env = {"CONFIGHUB_URL": front.url, "SSL_CERT_FILE": str(authority.ca_file)}
    return cmp("generate", "--space", "shop-dev", "--retries", "1", *arguments, env=env)


def test_speaks_http_2(front, cmp, authority):
    nginx = front()
    run = generate(cmp, nginx, authority)
    assert (run.code, run.provenance) == (0, ["shop-dev/api@1", "shop-dev/web@1"])
    assert nginx.protocols() == ["POST /auth/worker HTTP/2.0", "GET /api/unit HTTP/2.0", "GET /api/revision HTTP/2.0"]


def test_a_connection_for_every_request(front, cmp, authority):
    """The server says GOAWAY after each answer."""
    nginx = front(requests_per_connection=1)
    run = generate(cmp, nginx, authority)
    assert (run.code, len(nginx.protocols()), "retries=0" in run.stderr) == (0, 3, True)


def test_a_stream_reset_once_is_tried_again(front, hub, cmp, authority):
    hub.fault("revisions", torn=True)
    run = generate(cmp, front(), authority)
    assert (run.code, run.provenance, "retries=1" in run.stderr) == (0, ["shop-dev/api@1", "shop-dev/web@1"], True)


def test_a_stream_reset_for_ever(front, hub, cmp, authority):
    hub.fault("revisions", torn=True, times=None)
    nginx = front()
    run = generate(cmp, nginx, authority)
    line = f"confighub-cmp: hub {nginx.url} not reachable while listing the revisions of space 'shop-dev': the answer is cut short or not JSON"
    assert (run.code, run.first_line) == (4, line)


def test_killed_in_the_middle_of_a_body(front, hub, cmp, authority):
    hub.fault("revisions", slow=200)
    nginx = front()

    def kill_when_asked():
        while "GET /api/revision" not in hub.asked():
            time.sleep(0.01)
        time.sleep(0.3)  # a few bytes of the body are out by then
        nginx.kill()

    killer = threading.Thread(target=kill_when_asked, daemon=True)
    killer.start()
    run = generate(cmp, nginx, authority, "--budget", "10s")
    killer.join(timeout=10)
    line = f"confighub-cmp: hub {nginx.url} not reachable while listing the revisions of space 'shop-dev': no connection"
    assert (run.code, run.first_line, hub.asked()[-1]) == (4, line, "GET /api/revision")
