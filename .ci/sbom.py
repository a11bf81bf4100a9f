#!/usr/bin/python3
"""Writes the program's bill of materials, SPDX 2.3: sbom.py BUILD OUT.spdx.json [PACKAGE...], PACKAGEs being what ships beside it.
No list is kept by hand: what is linked in is what the linker opens when it makes BUILD/confighub-cmp once more, what is compiled in is
what ninja knows the compiler read, and versions and licences are those of the Debian packages that own these files.
Refuses a file that no package owns, and a program that is not what BUILD makes."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

# The kernel's numbers and structures, of which nothing is in the binary; with it, scanners would report every bug of Linux.
NOT_IN_THE_BINARY = {"linux-libc-dev"}
# The names Debian's copyright files use, where they mean exactly one of SPDX's.
LICENCES = {
    "Expat": "MIT", "MIT": "MIT", "X11": "X11", "Apache-2.0": "Apache-2.0", "Zlib": "Zlib", "curl": "curl", "BSD-2-clause": "BSD-2-Clause",
    "BSD-3-clause": "BSD-3-Clause", "BSD-3-clause or GPL-2": "BSD-3-Clause OR GPL-2.0-only",
}


def stop(message: str) -> NoReturn:
    sys.exit(f"sbom: {message}")


def said(*command: str | Path, **options) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | {"LC_ALL": "C"}, **options).stdout


def absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))  # not resolve(): packages own links, too


class Build:
    """A build directory of CMake and Ninja, and what the program in it was made from."""

    def __init__(self, directory: Path):
        self.directory = absolute(directory)
        self.program = self.directory / "confighub-cmp"
        pairs = re.findall(r"^([^#/\s][^:]*):[^=]*=(.*)$", (directory / "CMakeCache.txt").read_text(), re.MULTILINE)
        self._cache = dict(pairs)
        self.source = self._path("CMAKE_HOME_DIRECTORY")
        self.libcurl = self._path("CONFIGHUB_CMP_LIBCURL")
        self.version = self._cache["CMAKE_PROJECT_VERSION"]

    def linked(self) -> set[Path]:
        """All the linker reads, start files and the compiler's own archives included."""
        with tempfile.TemporaryDirectory() as scratch:
            again, read = Path(scratch, "again"), Path(scratch, "read")
            link = said("ninja", "-t", "commands", "-s", "confighub-cmp", cwd=self.directory)
            options = f" -o {again} -Wl,--dependency-file={read} -Wl,--no-warnings "
            said("sh", "-c", link.replace(" -o confighub-cmp ", options), cwd=self.directory)
            if again.read_bytes() != self.program.read_bytes():
                stop(f"{self.program} is not what its build directory makes; build it first")
            first_rule = read.read_text().partition("\n\n")[0]
        return {self._original(name) for name in re.split(r"[\s\\]+", first_rule.partition(":")[2]) if name}

    def compiled(self) -> set[Path]:
        """All the compiler read for the program's objects."""
        objects = [name for name in self._ninja("inputs", "confighub-cmp") if name.endswith(".o")]
        return {self._original(line.strip()) for line in self._ninja("deps", *objects) if line.startswith(" ")}

    def ours(self, path: Path) -> bool:
        return any(path.is_relative_to(ours) for ours in (self.source / "src", self.directory / "CMakeFiles", self.directory / "libconfighub_cmp.a"))

    def of_libcurl(self, path: Path) -> bool:
        return path.is_relative_to(self.libcurl)

    def _path(self, name: str) -> Path:
        return absolute(self._cache[name])

    def _ninja(self, tool: str, *arguments: str) -> list[str]:
        return said("ninja", "-t", tool, *arguments, cwd=self.directory).splitlines()

    def _original(self, name: str) -> Path:
        """CMakeLists.txt strips some archives into its own directory and notes in its cache where they came from."""
        stripped = re.fullmatch(r"archives/lib(.+)\.a", name)
        return self._path(f"archive_{stripped[1]}") if stripped else absolute(self.directory / name)


def owners(paths: Iterable[Path]) -> set[str]:
    wanted = sorted(map(str, paths))
    run = subprocess.run(["dpkg-query", "-S", *wanted], capture_output=True, text=True, check=False)
    owner_of = {path: re.split("[,:]", names)[0] for names, path in (line.split(": ", 1) for line in run.stdout.splitlines())}
    homeless = [path for path in wanted if path not in owner_of]
    if homeless:
        stop(f"no package owns {', '.join(homeless[:5])}")
    return set(owner_of.values())


def licence(documentation: str) -> dict:
    """What the copyright file says of the package as a whole, in SPDX's words where they are surely the same."""
    path = Path("/usr/share/doc", documentation, "copyright")
    text = path.read_text(errors="replace") if path.exists() else ""
    whole = re.search(r"^Files:\s*\*\s*$.*?^License:\s*(.+?)\s*$", text, re.MULTILINE | re.DOTALL)
    named = whole[1] if whole else ""
    comment = {"licenseComments": f"debian/copyright, files *: {named}"} if named else {}
    return {"licenseConcluded": "NOASSERTION", "licenseDeclared": LICENCES.get(named, "NOASSERTION")} | comment


def package(name: str, version: str, architecture: str, source: str, documentation: str) -> dict:
    release = platform.freedesktop_os_release()
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}&distro={release['ID']}-{release['VERSION_ID']}"
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name), "name": name, "versionInfo": version,
        "supplier": "Organization: Debian", "sourceInfo": f"Debian source package {source}",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "copyrightText": "NOASSERTION", **licence(documentation),
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}],
    }


def installed(names: Collection[str]) -> list[dict]:
    if not names:
        return []  # dpkg-query takes no name for every name
    fields = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package} ${source:Version}\\t${Package}\\n"
    return [package(*line.split("\t")) for line in said("dpkg-query", "-W", "-f", fields, *names).splitlines()]


def curl(build: Build) -> dict:
    """Not a package: .ci/build-libcurl.sh makes it from Debian's source package and stamps it with that version."""
    version = (build.libcurl / "stamp").read_text().split()[0]
    return package("curl", version, "source", f"curl {version}", "libcurl4")


def materials(build: Build, beside: list[str]) -> list[tuple[str, dict]]:
    """Each package with its relationship to the program."""
    linked, compiled = ({path for path in paths if not build.ours(path)} for paths in (build.linked(), build.compiled()))
    archives = owners(path for path in linked if not build.of_libcurl(path))
    headers = owners(path for path in compiled if not build.of_libcurl(path)) - archives - NOT_IN_THE_BINARY
    groups = {"STATIC_LINK": installed(archives), "CONTAINS": installed(headers), "DEPENDS_ON": installed(beside)}
    if any(map(build.of_libcurl, linked)):
        groups["STATIC_LINK"].append(curl(build))
    found = [(kind, each) for kind, packages in groups.items() for each in packages]
    return sorted(found, key=lambda each: each[1]["SPDXID"])


def document(build: Build, found: list[tuple[str, dict]]) -> dict:
    binary = build.program.read_bytes()
    program = {
        "SPDXID": "SPDXRef-confighub-cmp", "name": "confighub-cmp", "versionInfo": build.version, "primaryPackagePurpose": "APPLICATION",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "copyrightText": "NOASSERTION",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "Apache-2.0",
        "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(binary).hexdigest()}],
    }
    packages = [program, *(each for _, each in found)]
    pairs = [("SPDXRef-DOCUMENT", "DESCRIBES", program)] + [(program["SPDXID"], kind, each) for kind, each in found]
    # SOURCE_DATE_EPOCH as reproducible-builds.org has it; without it the time of the build, never the time of this run.
    created = int(os.environ.get("SOURCE_DATE_EPOCH") or build.program.stat().st_mtime)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"confighub-cmp-{build.version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/confighub-cmp-{build.version}-{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(packages))}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created)), "creators": ["Tool: confighub-cmp-sbom.py"]},
        "packages": packages,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other["SPDXID"]} for one, kind, other in pairs
        ],
    }


def main() -> None:
    if len(sys.argv) < 3:
        stop("usage: sbom.py BUILD OUT.spdx.json [PACKAGE...]")
    build = Build(Path(sys.argv[1]))
    text = json.dumps(document(build, materials(build, sys.argv[3:])), indent=2)
    Path(sys.argv[2]).write_text(text + "\n")


if __name__ == "__main__":
    main()
