"""Reads an organization from a directory: `hub.yaml` is the index, texts lie beside it as files or stand inline.

    worker: {id: <uuid>, secret: <text>, spaces: [messagewall-dev]}      # optional, as is every key below but revisions
    spaces:
      messagewall-dev:
        labels: {environment: dev}
        units:
          lambda:
            labels: {tier: api}
            toolchain: Kubernetes/YAML
            live: 1
            revisions:                                                   # oldest first, the last one is the head
            - {file: revisions/lambda.1.yaml, approvedBy: [alice], description: first version}
            - {file: units/lambda.yaml, gates: {platform/require-approval/vet-approvedby: true}}
            - {text: "", attestations: [{type: Approval, result: Fail, by: bob, expiresAt: 2027-01-01T00:00:00Z, revoked: true}]}

Refuses keys it does not know: a misspelt `approvedBy` would turn a story about approvals into another story."""

from __future__ import annotations

from pathlib import Path

import yaml

from .model import Organization, Unit, Worker


def load(directory: Path) -> Organization:
    index = yaml.load((directory / "hub.yaml").read_text(), Loader=yaml.BaseLoader)
    _known(index, "hub.yaml", "worker", "spaces")
    organization = Organization(Worker(**index.get("worker", {})))
    for slug, entry in (index.get("spaces") or {}).items():
        _known(entry or {}, slug, "labels", "units")
        space = organization.space(slug, labels=(entry or {}).get("labels", {}))
        for unit_slug, unit_entry in ((entry or {}).get("units") or {}).items():
            name = f"{slug}/{unit_slug}"
            _known(unit_entry, name, "labels", "toolchain", "live", "revisions")
            unit = space.unit(unit_slug, labels=unit_entry.get("labels", {}), live=int(unit_entry.get("live", 0)))
            unit.toolchain = unit_entry.get("toolchain", unit.toolchain)
            for number, revision in enumerate(unit_entry["revisions"], start=1):
                _add_revision(unit, revision, directory, f"{name}@{number}")
    return organization


def _add_revision(unit: Unit, entry: dict, directory: Path, name: str) -> None:
    _known(entry, name, "file", "text", "approvedBy", "gates", "attestations", "description")
    if ("file" in entry) == ("text" in entry):
        raise ValueError(f"{name} needs either file or text")
    unit.revision(
        entry["text"] if "text" in entry else (directory / entry["file"]).read_bytes(),
        approved_by=entry.get("approvedBy", []),
        gates={gate: value == "true" for gate, value in entry.get("gates", {}).items()},
        attestations=[_attestation(attestation, name) for attestation in entry.get("attestations", [])],
        description=entry.get("description", ""),
    )


def _attestation(entry: dict, name: str) -> dict:
    _known(entry, name, "type", "result", "by", "expiresAt", "revoked")
    attributes = {key: entry[key] for key in ("type", "result", "by") if key in entry}
    return attributes | {"expires_at": entry.get("expiresAt"), "revoked": entry.get("revoked") == "true"}


def _known(entry: dict, name: str, *keys: str) -> None:
    for key in entry:
        if key not in keys:
            raise ValueError(f"{name}: unknown key {key!r}, known are {', '.join(keys)}")
