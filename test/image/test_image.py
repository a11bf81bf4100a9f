"""What is in the image: the program, its plugin.yaml, certificates, the bill of materials, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from pathlib import Path

from image.sidecar import PROJECT

CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
BILL = "usr/share/doc/confighub-cmp/sbom.spdx.json"
HASHED = re.compile(r"etc/ssl/certs/[0-9a-f]{8}\.\d")
MEGABYTE = 1_000_000


def entries(root: Path) -> dict[str, Path]:
    return {str(path.relative_to(root)): path for path in root.rglob("*")}


def test_every_file_is_a_known_one(root):
    files = {name for name, path in entries(root).items() if not path.is_dir() or path.is_symlink()}
    assert {name for name in files if not HASHED.fullmatch(name)} == {
        "usr/local/bin/confighub-cmp", "home/argocd/cmp-server/config/plugin.yaml", CERTIFICATES, BILL,
    }


def test_the_directory_of_certificates_holds_those_of_the_bundle(root):
    bundle = (root / CERTIFICATES).read_text()
    hashed = [path.read_text().strip() for name, path in entries(root).items() if HASHED.fullmatch(name)]
    wanted = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", bundle, re.DOTALL)
    assert len(wanted) > 100
    assert sorted(hashed) == sorted(wanted)


def test_places_to_mount_at_are_the_only_writable_ones(root):
    everything = {name: path.lstat().st_mode for name, path in entries(root).items()}
    writable = {name: oct(mode & 0o7777) for name, mode in everything.items() if mode & (stat.S_IWGRP | stat.S_IWOTH)}
    assert writable == {"tmp": "0o1777", "home/argocd/cmp-server/plugins": "0o1777"}
    assert (root / "var/run/argocd").is_dir()
    assert not any(mode & (stat.S_ISUID | stat.S_ISGID) for mode in everything.values())


def test_it_runs_as_argo_cds_user_and_is_small(description):
    assert description["Config"]["User"] == "999:999"
    assert description["Config"]["Entrypoint"] == ["/usr/local/bin/confighub-cmp"]
    assert not description["Config"].get("Cmd")
    assert description["Size"] < 9 * MEGABYTE


def test_it_starts_from_nothing(description):
    assert len(description["RootFS"]["Layers"]) == 1


def test_it_has_the_projects_plugin_yaml(root):
    assert (root / "home/argocd/cmp-server/config/plugin.yaml").read_bytes() == (PROJECT / "plugin/plugin.yaml").read_bytes()


def test_the_bill_of_materials_is_that_of_this_program(root):
    bill = json.loads((root / BILL).read_text())
    packages = {package["name"]: package for package in bill["packages"]}
    program = hashlib.sha256((root / "usr/local/bin/confighub-cmp").read_bytes()).hexdigest()
    assert packages["confighub-cmp"]["checksums"] == [{"algorithm": "SHA256", "checksumValue": program}]
    assert {"libc6-dev", "libstdc++-12-dev", "libssl-dev", "curl", "ca-certificates"} < packages.keys()
