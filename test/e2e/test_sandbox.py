"""What a run touches: nothing on disk or on the network but what was configured, and it needs nothing else to exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from program import PROGRAM, Program

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: api}\n"
POLICY = """\
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: tags}
spec:
  tags:
  - {key: createdBy, value: crossplane, onConflict: overwrite}
"""


@pytest.fixture
def shop(hub):
    hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    return hub


def calls(trace: str, name: str) -> list[str]:
    return re.findall(rf"^(?:\[pid +\d+\] )?{name}\((.*)$", trace, re.MULTILINE)


def test_a_run_opens_its_own_files_and_speaks_to_the_hub_only(shop, cmp, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    policy = cmp.file("policy.yaml", POLICY)
    trace = tmp_path / "trace"
    environment = cmp.login | {"CONFIGHUB_SPACE": "shop-dev", "CONFIGHUB_CMP_POLICY": policy}
    subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=network,openat,open,execve,unlink,rename,mkdir", PROGRAM, "generate"],
                   env=environment, check=True, capture_output=True)
    text = re.sub(r"^\d+ +", "", trace.read_text(), flags=re.MULTILINE)
    opened = [re.match(r'AT_FDCWD, "([^"]*)", ([A-Z_|]*)', call).groups() for call in calls(text, "openat")]
    assert [path for path, _ in opened] == ["/etc/confighub-cmp/settings.yaml", policy, "/usr/lib/ssl/openssl.cnf"]
    assert not any("O_WRONLY" in flags or "O_RDWR" in flags or "O_CREAT" in flags for _, flags in opened)
    port = shop.url.rsplit(":", 1)[1]
    targets = [call for call in calls(text, "connect") if "AF_UNIX" not in call]
    assert targets and all(f"htons({port})" in call and '"127.0.0.1"' in call for call in targets)
    for name in ("execve", "bind", "listen", "unlink", "rename", "mkdir", "open"):
        assert len(calls(text, name)) == (1 if name == "execve" else 0), name


def test_it_runs_in_an_empty_root_with_only_a_ca_file(cmp_over_tls, authority, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("chroot needs root")
    cmp: Program = cmp_over_tls("good")
    cmp.hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(PROGRAM, root / "confighub-cmp")
    shutil.copy(authority.ca_file, root / "ca.pem")
    environment = cmp.login | {"CONFIGHUB_SPACE": "shop-dev", "SSL_CERT_FILE": "/ca.pem"}
    chroot = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")
    run = subprocess.run([chroot, root, "/confighub-cmp", "generate"], env=environment, capture_output=True, check=False)
    assert (run.returncode, run.stderr.count(b"\n")) == (0, 1), run.stderr
    assert BUCKET.encode() in run.stdout
    assert sorted(path.name for path in root.iterdir()) == ["ca.pem", "confighub-cmp"]


def test_the_program_is_one_static_stripped_file():
    if not Path(PROGRAM).exists():
        pytest.skip(f"{PROGRAM} is not built")
    if shutil.which("file") is None:
        pytest.skip("file is not installed")
    kind = subprocess.run(["file", "-b", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert "static-pie linked" in kind and ", stripped" in kind
    assert Path(PROGRAM).stat().st_size <= 8_000_000


@pytest.mark.parametrize("how, reason", [("closed", "Bad file descriptor"), ("full", "No space left on device"), ("broken", "Broken pipe")])
def test_stdout_that_takes_nothing(shop, cmp, how, reason):
    command = {"closed": f'"{PROGRAM}" generate >&-', "full": f'"{PROGRAM}" generate >/dev/full',
               "broken": f'exec 3> >(:); sleep 0.2; "{PROGRAM}" generate >&3'}[how]
    run = subprocess.run(["bash", "-c", command], env=cmp.login | {"CONFIGHUB_SPACE": "shop-dev"}, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (7, "", f"confighub-cmp: cannot write to stdout: {reason}\n")


def test_a_file_is_cut_back_when_the_disk_fills(shop, cmp, tmp_path):
    """ulimit stands for the full disk: SIGXFSZ is ignored, so the write fails half way."""
    shop.space("shop-dev").unit("big").revision(BUCKET.replace("name: api", "name: big") + "# " + "x" * 200_000 + "\n", approved_by=["alice"])
    out = tmp_path / "out.yaml"
    out.write_text("before\n")
    command = f'trap "" XFSZ; ulimit -f 64; "{PROGRAM}" generate >>{out}'
    run = subprocess.run(["bash", "-c", command], env=cmp.login | {"CONFIGHUB_SPACE": "shop-dev"}, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (7, "confighub-cmp: cannot write to stdout: File too large\n")
    assert out.read_text() == "before\n"
