"""The HTTP face of the stand-in: one table of routes, one way every request takes through faults, token and handler.
Owns the record of requests. Refuses as the hub does: StandardErrorResponse, never a page of HTML."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from . import faults, writes
from .control import control_routes
from .faults import Fault, Faults
from .lists import BadQuery, Query
from .login import BadLogin, Tokens, worker_login
from .model import Organization, Revision, Space, Unit, Worker, identity
from .quirks import Quirks
from .where import BadWhere
from .wire import Row, Wire

Handler = Callable[[web.Request], Awaitable[web.Response]]
VERSIONS = {"A": "0.1.14", "B": "0.2.21", "C": "0.2.40"}
SPACE, UNIT, REVISION = "/api/space/{space}", "/unit/{unit}", "/revision/{revision}"


@dataclass(frozen=True)
class Recorded:
    """A request as the hub saw it. Header values stay out of it: they hold credentials."""

    route: str
    method: str
    path: str
    query: dict[str, str]
    headers: tuple[str, ...]
    authorization: bool
    worker: str  # id of the one whose token it carries, or ""


class ApiError(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class Hub:
    def __init__(self, organization: Organization, generation: str = "B", token_lifetime: float = 3600):
        self.organization, self.generation = organization, generation
        self.quirks, self.faults, self.tokens = Quirks(), Faults(), Tokens(token_lifetime)
        self.wire = Wire(generation, organization, self.quirks)
        self.requests: list[Recorded] = []
        self._request_numbers = itertools.count(1)

    def application(self) -> web.Application:
        application = web.Application(client_max_size=64 << 20)
        for generations, method, path, route, handler in self.routes():
            if self.generation in generations:
                application.router.add_route(method, path, partial(self.answer, route, handler))
        application.add_routes(control_routes(self))
        application.router.add_route("*", "/{rest:.*}", partial(self.answer, "other", self.no_such_path))
        return application

    def routes(self) -> list[tuple[str, str, str, str, Handler]]:
        return [
            ("ABC", "POST", "/auth/worker", "login", self.login),
            ("ABC", "GET", "/api/info", "info", self.info),
            ("ABC", "GET", "/api/me", "info", self.me),
            ("ABC", "GET", "/api/space", "spaces", self.list_spaces),
            ("ABC", "GET", SPACE, "spaces", self.get_space),
            ("ABC", "GET", "/api/unit", "units", self.list_units),
            ("ABC", "GET", SPACE + "/unit", "units", self.list_units),
            ("ABC", "GET", SPACE + UNIT, "units", self.get_unit),
            ("AB", "PATCH", SPACE + UNIT, "units", self.patch_unit),
            ("AB", "POST", SPACE + UNIT + "/approve", "units", self.approve),
            ("BC", "GET", "/api/revision", "revisions", self.list_newest_revisions),
            ("ABC", "GET", SPACE + UNIT + "/revision", "revisions", self.list_revisions),
            ("ABC", "GET", SPACE + UNIT + REVISION, "revisions", self.get_revision),
            ("ABC", "GET", SPACE + UNIT + REVISION + "/data", "data", self.get_revision_data),
            ("BC", "GET", SPACE + UNIT + "/data", "data", self.get_unit_data),
            ("C", "PUT", SPACE + UNIT + "/data", "data", self.put_unit_data),
            ("C", "GET", "/api/unit_data", "data", self.list_unit_data),
            ("C", "GET", "/api/revision_data", "data", self.list_revision_data),
            ("C", "GET", "/api/attestation", "attestations", self.list_attestations),
        ]

    async def answer(self, route: str, handler: Handler, request: web.Request) -> web.StreamResponse:
        names = tuple(sorted({name.lower() for name in request.headers}))
        token = request.headers.get("Authorization")
        self.requests.append(
            Recorded(route, request.method, request.path, dict(request.query), names, token is not None, self.tokens.holder(token))
        )
        fault = self.faults.take(route) or Fault(route)
        await faults.before(fault, self.organization, self.tokens)
        response = faults.replacement(fault, request)
        if response is None:
            response = await self._handled(fault, handler, request)
        response.headers["X-Request-Id"] = f"stand-in-{next(self._request_numbers):06}"
        if self.generation == "C" and request.path.startswith("/api/"):
            response.headers["ConfigHub-Version"] = VERSIONS["C"]
        faults.spoil(fault, response)
        return await faults.send(fault, request, response)

    async def _handled(self, fault: Fault, handler: Handler, request: web.Request) -> web.Response:
        self.organization.awaiting_triggers = fault.awaiting_triggers
        try:
            if request.path.startswith("/api/") and request.path != "/api/info":
                self._worker(request)
            return await handler(request)
        except BadLogin as error:
            return web.json_response({"message": str(error)}, status=error.status)
        except (BadQuery, BadWhere, re.error, json.JSONDecodeError) as error:
            return _error(400, str(error))
        except writes.Stale as error:
            return _error(409, str(error))
        except ApiError as error:
            return _error(error.status, str(error))

    async def no_such_path(self, request: web.Request) -> web.Response:
        raise ApiError(404, "no such path")

    async def login(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            raise BadLogin(400, "invalid request body") from None
        return web.json_response(worker_login(body, self.organization, self.tokens, self.quirks))

    async def info(self, request: web.Request) -> web.Response:
        issuer = "AuthIssuer" if self.generation == "C" else "AuthServer"
        return web.json_response({issuer: "https://auth.example", "Build": "stand-in", "Version": VERSIONS[self.generation], "WorkerPort": ""})

    async def me(self, request: web.Request) -> web.Response:
        return web.json_response({"OrganizationID": self.organization.id, "UserID": identity("user", "worker")})

    async def list_spaces(self, request: web.Request) -> web.Response:
        query = self._query(request, "Space")
        spaces = self.organization.spaces.values()
        worker = self._worker(request)
        visible = [space for space in spaces if self.quirks.denial == "forbid" or worker.may_read(space.slug)]
        return self._page(query, query.matching(map(self.wire.space, visible)))

    async def get_space(self, request: web.Request) -> web.Response:
        return self._one(request, self.wire.space(self._space(request)))

    async def list_units(self, request: web.Request) -> web.Response:
        query = self._query(request, "Unit")
        units = self._space(request).units.values() if "space" in request.match_info else self.organization.units()
        return self._page(query, self._readable(request, query.matching(map(self.wire.unit, units))))

    async def get_unit(self, request: web.Request) -> web.Response:
        return self._one(request, self.wire.unit(self._unit(request)))

    async def patch_unit(self, request: web.Request) -> web.Response:
        unit = self._unit(request)
        writes.patch(unit, await request.json())
        return web.json_response(self.wire.unit(unit).fields)

    async def approve(self, request: web.Request) -> web.Response:
        unit = self._unit(request)
        unit.approve("worker")
        return web.json_response({"Unit": self.wire.unit(unit).fields, "Message": "approved"})

    async def list_newest_revisions(self, request: web.Request) -> web.Response:
        query = self._query(request, "Revision")
        return self._page(query, self._readable(request, query.newest_per_unit(self._all_revisions())))

    async def list_revisions(self, request: web.Request) -> web.Response:
        query, unit = self._query(request, "Revision"), self._unit(request)
        return self._page(query, query.matching(map(self.wire.revision, unit.revisions)))

    async def get_revision(self, request: web.Request) -> web.Response:
        return self._one(request, self.wire.revision(self._revision(request)))

    async def get_revision_data(self, request: web.Request) -> web.Response:
        return self._text(request, self._revision(request))

    async def get_unit_data(self, request: web.Request) -> web.Response:
        return self._text(request, self._unit(request).head)

    async def put_unit_data(self, request: web.Request) -> web.Response:
        unit = self._unit(request)
        writes.replace(unit, await request.read(), request.headers.get("If-Match"), request.query.get("last_change_description", ""))
        return web.json_response({"Unit": self.wire.unit(unit).fields})

    async def list_unit_data(self, request: web.Request) -> web.Response:
        query = self._query(request, "Unit")
        rows = self._readable(request, query.matching(map(self.wire.unit, self.organization.units())))
        return self._page(query, rows, lambda row: self.wire.unit_data(row.space.units[row.fields["Slug"]]))

    async def list_revision_data(self, request: web.Request) -> web.Response:
        query = self._query(request, "Revision")
        rows = self._readable(request, query.newest_per_unit(self._all_revisions()))
        return self._page(query, rows, lambda row: self.wire.revision_data(self._revision_of(row)))

    async def list_attestations(self, request: web.Request) -> web.Response:
        query = self._query(request, "Attestation")
        attestations = [a for unit in self.organization.units() for r in unit.revisions for a in r.own_attestations]
        return self._page(query, self._readable(request, query.matching(map(self.wire.attestation, attestations))))

    def _query(self, request: web.Request, entity: str) -> Query:
        return Query(entity, dict(request.query), self.generation, self.quirks)

    def _page(self, query: Query, rows: list[Row], show: Callable[[Row], dict] | None = None) -> web.Response:
        page, token = query.page(rows)
        response = web.json_response([(show or query.show)(row) for row in page])
        if token:
            response.headers["ConfigHub-Continue"] = token
        return response

    def _one(self, request: web.Request, row: Row) -> web.Response:
        return web.json_response(self._query(request, row.entity).show(row))

    def _text(self, request: web.Request, revision: Revision) -> web.Response:
        digest = self.wire.hash(revision)
        response = web.Response(body=revision.text, content_type="application/octet-stream")
        if self.generation == "C" and self.quirks.etag != "none":
            response.headers["ETag"] = f'"{digest}"' if self.quirks.etag == "quoted" else digest
            if request.headers.get("If-None-Match", "").strip('"') == digest:
                return web.Response(status=304, headers=response.headers)
        return response

    def _all_revisions(self) -> Iterable[Row]:
        return [self.wire.revision(revision) for unit in self.organization.units() for revision in unit.revisions]

    def _worker(self, request: web.Request) -> Worker:
        holder = self.tokens.holder(request.headers.get("Authorization"))
        for worker in self.organization.workers:
            if worker.id == holder:
                return worker
        raise ApiError(401, "invalid or expired token")

    def _readable(self, request: web.Request, rows: list[Row]) -> list[Row]:
        """Rows of a forbidden space: a 403 for the whole answer, or silence, as the quirk says."""
        worker = self._worker(request)
        readable = [row for row in rows if worker.may_read(row.space.slug)]
        if len(readable) < len(rows) and self.quirks.denial == "forbid":
            raise ApiError(403, "not permitted to view units in this space")
        return readable

    def _space(self, request: web.Request) -> Space:
        space = _by_id(request, "space", self.organization.spaces.values())
        if not self._worker(request).may_read(space.slug):
            raise ApiError(*{"forbid": (403, "not permitted to view this space"), "hide": (404, "space not found")}[self.quirks.denial])
        return space

    def _unit(self, request: web.Request) -> Unit:
        return _by_id(request, "unit", self._space(request).units.values())

    def _revision(self, request: web.Request) -> Revision:
        return _by_id(request, "revision", self._unit(request).revisions)

    def _revision_of(self, row: Row) -> Revision:
        return row.space.units[row.joins["Unit"]["Slug"]].revisions[row.fields["RevisionNum"] - 1]


def _by_id(request: web.Request, name: str, candidates: Iterable[Space | Unit | Revision]):
    """Paths take ids only; a slug in one is the mistake the real hub answers with 400."""
    try:
        wanted = str(uuid.UUID(request.match_info[name]))
    except ValueError:
        raise ApiError(400, f"invalid {name} id") from None
    for candidate in candidates:
        if candidate.id == wanted:
            return candidate
    raise ApiError(404, f"{name} not found")


def _error(status: int, message: str) -> web.Response:
    return web.Response(status=status, text=json.dumps({"Code": str(status), "Message": message}), content_type="application/json")
