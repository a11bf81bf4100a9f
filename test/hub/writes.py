"""The few writes a story needs over HTTP: new data in either generation's way. Refuses to overwrite what has moved."""

from __future__ import annotations

import base64

from .model import Unit


class Stale(Exception):
    pass


def patch(unit: Unit, changes: dict) -> None:
    """A and B: a merge-patch with base64 Data; Version, when given, is the one that was read."""
    if changes.get("Version", len(unit.revisions)) != len(unit.revisions):
        raise Stale("unit conflict: version has changed since last read")
    if "Data" in changes:
        unit.revision(base64.b64decode(changes["Data"]), description=changes.get("LastChangeDescription", ""))


def replace(unit: Unit, text: bytes, if_match: str | None, description: str) -> None:
    """C: the text itself, guarded by the hash that was read. The published answer to a stale one is 409, not 412."""
    if if_match is not None and if_match.strip('"').lower() != unit.head.sha256:
        raise Stale("unit data conflict: data has changed since last read")
    unit.revision(text, description=description)
