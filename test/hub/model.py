"""The organization behind the stand-in: spaces, units, revisions, and who attested what, the same for every generation.
Owns ConfigHub's rules that are not about wire shapes: numbering, hashes, what a write does to approvals.
Ids are UUIDv5 of names and time is counted, not read, so that the same story always gives the same bytes."""

from __future__ import annotations

import base64
import datetime
import hashlib
import itertools
import uuid
import zlib
from dataclasses import dataclass, field
from functools import cache, cached_property

NAMESPACE = uuid.UUID("0c000000-1111-5222-8333-000000000001")
KUBERNETES = "Kubernetes/YAML"


@cache
def identity(*names: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


@dataclass
class Worker:
    """The machine identity that logs in. `spaces` limits what it may read; None is everything."""

    id: str = "6f1b2c3d-0a01-4c11-9b10-0000000000aa"
    secret: str = "ch_a-secret-for-tests-only"
    spaces: list[str] | None = None

    def may_read(self, space: str) -> bool:
        return self.spaces is None or space in self.spaces


@dataclass(eq=False)
class Attestation:
    revision: Revision
    id: str
    created_at: str
    type: str = "Approval"
    result: str = "Pass"
    by: str = "alice"
    expires_at: str | None = None
    revokes: Attestation | None = None

    @property
    def user_id(self) -> str:
        return identity("user", self.by)

    def expired(self) -> bool:
        now = datetime.datetime.now(datetime.timezone.utc)
        return self.expires_at is not None and datetime.datetime.fromisoformat(self.expires_at) <= now


@dataclass(eq=False)
class Revision:
    unit: Unit
    number: int
    text: bytes
    created_at: str
    description: str = ""
    gates: dict[str, bool] = field(default_factory=dict)
    own_attestations: list[Attestation] = field(default_factory=list)

    @property
    def id(self) -> str:
        return identity("revision", self.unit.space.slug, self.unit.slug, str(self.number))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text).hexdigest()

    @cached_property
    def crc32(self) -> int:
        """CRC-32 as the vendor gives it: reinterpreted as a signed number, negative for half of all texts."""
        unsigned = zlib.crc32(self.text)
        return unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned

    @cached_property
    def base64(self) -> str:
        return base64.b64encode(self.text).decode()

    @property
    def attestations(self) -> list[Attestation]:
        """An attestation covers its revision and every later one of the unit with identical content."""
        earlier = self.unit.revisions[: self.number - 1]
        return [a for r in [*earlier, self] if r.text == self.text for a in r.own_attestations]

    @property
    def approvers(self) -> list[str]:
        """User ids whose approval stands, each once: what generations A and B show as ApprovedBy."""
        attested = self.attestations
        revoked = {a.revokes.id for a in attested if a.revokes}
        standing = [a for a in attested if a.type == "Approval" and a.result == "Pass" and not a.revokes]
        return list(dict.fromkeys(a.user_id for a in standing if a.id not in revoked and not a.expired()))

    def attest(self, revoked: bool = False, **attributes) -> Attestation:
        """Adds an attestation; `revoked` adds the second one that takes it back, as ConfigHub never edits the first.
        The second has the default Result Pass too: who counts it as an approval has been had."""
        number = str(len(self.own_attestations))
        made = Attestation(self, identity("attestation", self.id, number), self.unit.space.organization.tick(), **attributes)
        self.own_attestations.append(made)
        if revoked:
            self.attest(type=made.type, by=made.by, revokes=made)
        return made


@dataclass(eq=False)
class Unit:
    space: Space
    slug: str
    created_at: str
    labels: dict[str, str] = field(default_factory=dict)
    toolchain: str = KUBERNETES
    live: int = 0
    revisions: list[Revision] = field(default_factory=list)

    @property
    def id(self) -> str:
        return identity("unit", self.space.slug, self.slug)

    @property
    def head(self) -> Revision:
        return self.revisions[-1]

    def revision(self, text: str | bytes, approved_by=(), gates=None, attestations=(), description: str = "") -> Unit:
        """Writes a new head. A list of attestations holds keyword dictionaries of Revision.attest."""
        content = text.encode() if isinstance(text, str) else text
        made = Revision(self, len(self.revisions) + 1, content, self.space.organization.tick(), description, dict(gates or {}))
        self.revisions.append(made)
        self.approve(*approved_by)
        for attributes in attestations:
            made.attest(**attributes)
        return self

    def approve(self, *users: str, revision: int | None = None) -> Unit:
        """Approving touches no data and creates no revision."""
        approved = self.revisions[revision - 1] if revision else self.head
        for user in users:
            approved.attest(by=user)
        return self


@dataclass(eq=False)
class Space:
    organization: Organization
    slug: str
    created_at: str
    labels: dict[str, str] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return identity("space", self.slug)

    def unit(self, slug: str, **attributes) -> Unit:
        """The unit of that slug; a new one is complete with its first revision."""
        if slug not in self.units:
            self.units[slug] = Unit(self, slug, self.organization.tick(), **attributes)
        return self.units[slug]


class Organization:
    def __init__(self, worker: Worker | None = None):
        self.id = identity("organization")
        self.workers = [worker or Worker()]
        self.spaces: dict[str, Space] = {}
        self.awaiting_triggers = False
        self._minutes = itertools.count()

    @property
    def worker(self) -> Worker:
        """The one a story with a single worker is about."""
        return self.workers[0]

    def tick(self) -> str:
        moment = datetime.datetime(2026, 7, 1, 9, 0, 0, 120413) + datetime.timedelta(minutes=next(self._minutes))
        return moment.isoformat() + "Z"

    def space(self, slug: str, **attributes) -> Space:
        if slug not in self.spaces:
            self.spaces[slug] = Space(self, slug, self.tick(), **attributes)
        return self.spaces[slug]

    def unit(self, name: str) -> Unit:
        """The unit people call "messagewall-dev/lambda"."""
        space, _, slug = name.partition("/")
        return self.spaces[space].units[slug]

    def units(self) -> list[Unit]:
        return [unit for space in self.spaces.values() for unit in space.units.values()]
