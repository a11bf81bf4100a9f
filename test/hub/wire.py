"""The JSON of each generation: A and B carry the configuration inline and list approvers, C has hashes and attestations.
Owns names and shapes of fields, nothing about selection. Rows carry every field; `lists` decides what is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from .model import Attestation, Organization, Revision, Space, Unit, identity
from .quirks import Quirks

NEVER = "0001-01-01T00:00:00Z"
CREATED_BY = identity("user", "ci")


@dataclass
class Row:
    """One element of a list: the entity's own fields, what `where` can join, and what `include` can add."""

    entity: str
    space: Space
    fields: dict
    joins: dict[str, dict] = field(default_factory=dict)
    includes: Callable[[], dict[str, Callable[[], dict]]] = dict  # asked for by few requests, so not made for every row

    @property
    def id(self) -> str:
        return self.fields[self.entity + "ID"]


class Wire:
    def __init__(self, generation: str, organization: Organization, quirks: Quirks):
        self.generation, self.organization, self.quirks = generation, organization, quirks

    def space(self, space: Space) -> Row:
        fields = {
            "SpaceID": space.id, "OrganizationID": self.organization.id, "Slug": space.slug, "DisplayName": space.slug,
            "EntityType": "Space", "Labels": space.labels, "Annotations": {}, "Version": 1,
            "CreatedAt": space.created_at, "UpdatedAt": space.created_at,
        }
        return Row("Space", space, fields)

    def unit(self, unit: Unit) -> Row:
        head = unit.head
        fields = {
            "UnitID": unit.id, "SpaceID": unit.space.id, "OrganizationID": self.organization.id, "EntityType": "Unit",
            "SpaceSlug": unit.space.slug, "Slug": unit.slug, "DisplayName": unit.slug, "ToolchainType": unit.toolchain,
            "Labels": unit.labels, "Annotations": {}, "Version": len(unit.revisions),
            "HeadRevisionNum": head.number, "LastChangeDescription": head.description,
            "CreatedAt": unit.created_at, "UpdatedAt": head.created_at,
        }
        if self.generation == "C":
            fields |= {"LastReleasedRevisionNum": unit.live, "HeadRevisionID": head.id}
        else:
            fields |= {"LiveRevisionNum": unit.live, "LastAppliedRevisionNum": unit.live, "PreviousLiveRevisionNum": 0}
        if self.generation == "A":
            del fields["SpaceSlug"]
        fields |= self._content(head) | self._gates(head) | self._approved_by(head)
        return Row("Unit", unit.space, fields, {"Space": self.space(unit.space).fields}, partial(self._unit_includes, unit))

    def revision(self, revision: Revision) -> Row:
        unit = revision.unit
        fields = {
            "RevisionID": revision.id, "UnitID": unit.id, "SpaceID": unit.space.id, "OrganizationID": self.organization.id,
            "SpaceSlug": unit.space.slug, "UnitSlug": unit.slug, "EntityType": "Revision", "RevisionNum": revision.number,
            "Source": "CreateUnit" if revision.number == 1 else "Update", "Description": revision.description,
            "UserID": CREATED_BY, "UserAgent": "cub", "CreatedAt": revision.created_at, "UpdatedAt": revision.created_at,
        }
        fields |= self._content(revision) | self._gates(revision)
        if self.generation == "C":
            fields["Attestations"] = {attestation.id: "" for attestation in self.listed(revision)}
        else:
            fields |= self._approved_by(revision) | {"LiveAt": revision.created_at if unit.live == revision.number else NEVER}
        for absent in {"A": ("SpaceSlug", "UnitSlug"), "B": ("UnitSlug",)}.get(self.generation, ()):
            del fields[absent]
        joins = {"Space": self.space(unit.space).fields, "Unit": {"UnitID": unit.id, "Slug": unit.slug, "Labels": unit.labels,
                 "ToolchainType": unit.toolchain, "HeadRevisionNum": unit.head.number}}
        return Row("Revision", unit.space, fields, joins, partial(self._revision_includes, revision))

    def attestation(self, attestation: Attestation) -> Row:
        space = attestation.revision.unit.space
        fields = {
            "AttestationID": attestation.id, "SpaceID": space.id, "SpaceSlug": space.slug, "OrganizationID": self.organization.id,
            "UserID": attestation.user_id, "Type": attestation.type, "Result": attestation.result, "Version": 1,
            "CreatedAt": attestation.created_at, "UpdatedAt": attestation.created_at,
        }
        if attestation.expires_at:
            fields["ExpiresAt"] = attestation.expires_at
        if attestation.revokes:
            fields["RevokedAttestationID"] = attestation.revokes.id
        return Row("Attestation", space, fields, {"Space": self.space(space).fields})

    def revision_data(self, revision: Revision) -> dict:
        unit = revision.unit
        return {"RevisionID": revision.id, "RevisionNum": revision.number, "UnitID": unit.id, "SpaceID": unit.space.id} | self._text(revision)

    def unit_data(self, unit: Unit) -> dict:
        return {"SpaceID": unit.space.id, "SpaceSlug": unit.space.slug, "UnitID": unit.id, "Slug": unit.slug} | self._text(unit.head)

    def listed(self, revision: Revision) -> list[Attestation]:
        """The attestations a revision's row names."""
        attestations = revision.attestations if self.quirks.identical == "covered" else revision.own_attestations
        return [a for a in attestations if self.quirks.revocations == "listed" or not a.revokes]

    def hash(self, revision: Revision) -> str:
        return revision.sha256.upper() if self.quirks.hash_case == "upper" else revision.sha256

    def _content(self, revision: Revision) -> dict:
        if self.generation == "C":
            return {"DataHash": self.hash(revision), "DataSize": len(revision.text)}
        inline = {"ContentHash": revision.crc32, "Data": revision.base64}
        return inline if self.generation == "A" else inline | {"DataHash": self.hash(revision)}

    def _text(self, revision: Revision) -> dict:
        return {"Data": revision.text.decode(errors="replace"), "DataHash": self.hash(revision), "DataSize": len(revision.text)}

    def _gates(self, revision: Revision) -> dict:
        gates = dict(revision.gates)
        if self.generation == "A":  # keys had no space in front then
            gates = {"/".join(gate.split("/")[-2:]): value for gate, value in gates.items()}
        if self.organization.awaiting_triggers and revision is revision.unit.head:
            gates["awaiting/triggers"] = True
        return {"ApplyGates": gates} | ({"ValidationErrors": gates} if self.generation == "C" else {})

    def _approved_by(self, revision: Revision) -> dict:
        if self.generation == "C":
            return {}
        dropped = self.quirks.old_approvals == "dropped" and revision is not revision.unit.head
        return {"ApprovedBy": [] if dropped else revision.approvers}

    def _unit_includes(self, unit: Unit) -> dict[str, Callable[[], dict]]:
        def revision(member: str, number: int) -> Callable[[], dict]:
            return lambda: {member: self.revision(unit.revisions[number - 1]).fields} if number else {}

        includes = {
            "SpaceID": lambda: {"Space": self.space(unit.space).fields},
            "HeadRevisionNum": revision("HeadRevision", len(unit.revisions)),
            "LiveRevisionNum": revision("LiveRevision", unit.live),
            "LastAppliedRevisionNum": revision("LastAppliedRevision", unit.live),
            "LastReleasedRevisionNum": revision("LastReleasedRevision", unit.live),
        }
        if self.generation != "C":
            includes["ApprovedBy"] = lambda: {"ApprovedBy": [{"UserID": user} for user in unit.head.approvers]}
        return includes

    def _revision_includes(self, revision: Revision) -> dict[str, Callable[[], dict]]:
        return {
            "SpaceID": lambda: {"Space": self.space(revision.unit.space).fields},
            "UnitID": lambda: {"Unit": self.unit(revision.unit).fields},
            "UserID": lambda: {"User": {"UserID": CREATED_BY}},
            "Attestations": lambda: {"Attestations": [self.attestation(a).fields for a in self.listed(revision)]},
        }
