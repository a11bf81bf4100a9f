"""The bill of materials .ci/sbom.py writes, compared with what build.ninja has on the program's link line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from example import PROGRAM, PROJECT

BUILD = PROGRAM.resolve().parent


def write(out: Path, build: Path = BUILD, **environment: str) -> subprocess.CompletedProcess:
    command = ["/usr/bin/python3", PROJECT / ".ci/sbom.py", build, out, "ca-certificates"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def bill(tmp_path_factory) -> dict:
    if not (BUILD / "build.ninja").exists():
        pytest.skip(f"{BUILD} is not a build directory")
    out = tmp_path_factory.mktemp("sbom") / "sbom.spdx.json"
    run = write(out, SOURCE_DATE_EPOCH="1700000000")
    assert run.returncode == 0, run.stderr
    return json.loads(out.read_text())


@pytest.fixture
def other_build(tmp_path) -> Path:
    """BUILD through links, for a test to change."""
    directory = tmp_path / "build"
    directory.mkdir()
    for path in BUILD.iterdir():
        (directory / path.name).symlink_to(path)
    for name in (".ninja_deps", ".ninja_log"):  # ninja may rewrite these even when only asked
        (directory / name).unlink()
        shutil.copy(BUILD / name, directory)
    return directory


def related(bill: dict, kind: str) -> set[str]:
    names = {package["SPDXID"]: package["name"] for package in bill["packages"]}
    return {names[each["relatedSpdxElement"]] for each in bill["relationships"] if each["relationshipType"] == kind}


def owners(archives: set[str]) -> set[str]:
    """The packages that have files of these names, wherever; libcurl's is ours, from Debian's source package."""
    patterns = [f"*/{Path(name).name}" for name in archives if not name.endswith("/libcurl.a")]
    lines = subprocess.run(["dpkg-query", "-S", *patterns], capture_output=True, text=True, check=True).stdout.splitlines()
    return {re.split("[,:]", line)[0] for line in lines} | {"curl"}


def test_every_archive_of_the_link_line_is_in_it(bill):
    rule = re.search(r"^build confighub-cmp: .*?(?=^build )", (BUILD / "build.ninja").read_text(), re.MULTILINE | re.DOTALL)[0]
    archives = set(re.search(r"LINK_LIBRARIES = (.*)", rule)[1].split()) - {"libconfighub_cmp.a"}
    assert len(archives) == 11 and all(name.endswith(".a") for name in archives)
    assert owners(archives) | {"libc6-dev", "libgcc-12-dev", "libstdc++-12-dev"} == related(bill, "STATIC_LINK")


def test_libraries_of_headers_are_in_it(bill):
    assert related(bill, "CONTAINS") == {"libcxxopts-dev", "libdtl-dev", "libfmt-dev", "rapidjson-dev"}
    assert related(bill, "DEPENDS_ON") == {"ca-certificates"}


def test_a_package_has_its_installed_version_licence_and_purl(bill):
    [zlib] = [package for package in bill["packages"] if package["name"] == "zlib1g-dev"]
    version, architecture = subprocess.run(["dpkg-query", "-W", "-f", "${Version} ${Architecture}", "zlib1g-dev"],
                                           capture_output=True, text=True, check=True).stdout.split()
    assert (zlib["versionInfo"], zlib["licenseDeclared"]) == (version, "Zlib")
    purl = f"pkg:deb/debian/zlib1g-dev@{version.replace(':', '%3A')}?arch={architecture}&distro=debian-12"
    assert [each["referenceLocator"] for each in zlib["externalRefs"]] == [purl]


def test_the_same_build_gives_the_same_bytes(bill, tmp_path):
    again = tmp_path / "again.json"
    assert write(again, SOURCE_DATE_EPOCH="1700000000").returncode == 0
    assert json.loads(again.read_text()) == bill
    assert bill["creationInfo"]["created"] == "2023-11-14T22:13:20Z"


def test_a_program_that_the_build_does_not_make_is_refused(bill, other_build, tmp_path):
    (other_build / "confighub-cmp").unlink()
    (other_build / "confighub-cmp").write_bytes(b"another")
    run = write(tmp_path / "out.json", other_build)
    assert (run.returncode, run.stderr) == (1, f"sbom: {other_build}/confighub-cmp is not what its build directory makes; build it first\n")
    assert not (tmp_path / "out.json").exists()


def test_an_archive_that_no_package_owns_is_refused(bill, other_build, tmp_path):
    cache = other_build / "CMakeCache.txt"
    moved = re.sub(r"^(CONFIGHUB_CMP_LIBCURL:PATH)=.*", rf"\1={tmp_path}/elsewhere", cache.read_text(), flags=re.MULTILINE)
    cache.unlink()
    cache.write_text(moved)
    run = write(tmp_path / "out.json", other_build)
    assert (run.returncode, run.stderr) == (1, f"sbom: no package owns {other_build}/libcurl/lib/libcurl.a\n")
