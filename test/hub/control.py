"""The door for tests in other languages: JSON over /_control, outside of the API and of its faults.

    POST /_control/fault     {"route": "revisions", "status": 503, "times": 2}     fields of faults.Fault
    POST /_control/quirks    {"hash_case": "upper"}                                fields of quirks.Quirks
    POST /_control/revision  {"unit": "messagewall-dev/lambda", "text": "...", "approved_by": ["alice"]}
    POST /_control/approve   {"unit": "messagewall-dev/lambda", "users": ["bob"], "revision": 2}
    POST /_control/clear     {}                                                    faults and recorded requests
    GET  /_control/requests                                                        as recorded, oldest first

Refuses unknown keys with 400."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from .faults import Fault

if TYPE_CHECKING:
    from .server import Hub


def control_routes(hub: Hub) -> list[web.RouteDef]:
    def revision(unit: str, **attributes) -> None:
        space, _, slug = unit.partition("/")
        hub.organization.space(space).unit(slug).revision(**attributes)

    def approve(unit: str, users: list[str], revision: int | None = None) -> None:
        hub.organization.unit(unit).approve(*users, revision=revision)

    def clear() -> None:
        hub.faults.clear()
        hub.requests.clear()

    async def requests(request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(recorded) for recorded in hub.requests])

    return [
        web.post("/_control/fault", _action(lambda **attributes: hub.faults.add(Fault(**attributes)))),
        web.post("/_control/quirks", _action(hub.quirks.turn)),
        web.post("/_control/revision", _action(revision)),
        web.post("/_control/approve", _action(approve)),
        web.post("/_control/clear", _action(clear)),
        web.get("/_control/requests", requests),
    ]


def _action(act: Callable[..., None]) -> Callable:
    async def handler(request: web.Request) -> web.Response:
        try:
            act(**await request.json())
        except (TypeError, ValueError, LookupError) as error:
            return web.json_response({"message": str(error)}, status=400)
        return web.json_response({})

    return handler
