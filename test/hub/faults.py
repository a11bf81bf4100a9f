"""What can go wrong between a client and a hub, one switch each; a fault hits chosen requests of one route and is gone.
Owns the order: first the world changes, then the answer is made or replaced, then spoiled, then sent badly."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from .login import Tokens
from .model import Organization

ROUTES = ["login", "info", "spaces", "units", "revisions", "data", "attestations", "other"]
MEBIBYTE = b" " * (1 << 20)
ADDITION = b"# not what was approved\n"


@dataclass
class Fault:
    route: str  # one of ROUTES
    times: int | None = 1  # how many requests it hits; None is all of them
    after: int = 0  # how many requests of the route pass first

    # The world changes before the request is answered.
    delay: float = 0  # seconds
    expire_tokens: bool = False
    move_head: str = ""  # unit, as "space/unit": somebody writes a new head
    approved_by: list[str] = field(default_factory=list)  # and these approve it at once
    delete_unit: str = ""  # unit
    awaiting_triggers: bool = False  # heads show the pseudo gate in this answer

    # The answer is replaced.
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)  # added, with a replaced answer or without
    body: str | None = None  # without it a replaced answer has the API's error body
    redirect: str = ""  # URL; {target} in it is the path and query that were asked for

    # The answer is spoiled.
    set: dict = field(default_factory=dict)  # fields put over those of every entity: {"DataHash": "00", "ApprovedBy": None}
    drop: list[str] = field(default_factory=list)  # fields taken out of every entity
    corrupt: str = ""  # json: cut off; shape: object for array and the reverse; text: configuration changed, hash not

    # The answer is sent badly.
    reset: str = ""  # before, after: the connection is reset before or after the headers
    torn: bool = False  # half of the body, then the connection closes
    slow: float = 0  # bytes per second
    huge: int = 0  # MiB of white space before the body
    gzip_bomb: int = 0  # the same, in a few KiB

    def __post_init__(self) -> None:
        for name, value, known in [
            ("route", self.route, ROUTES), ("corrupt", self.corrupt, ["", "json", "shape", "text"]), ("reset", self.reset, ["", "before", "after"]),
        ]:
            if value not in known:
                raise ValueError(f"unknown {name} {value!r}, known are {', '.join(filter(None, known))}")


class Faults:
    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._armed.append(fault)

    def clear(self) -> None:
        self._armed.clear()

    def take(self, route: str) -> Fault | None:
        """The fault for this request, if any; faults of one route are used up in the order they were added."""
        for fault in self._armed:
            if fault.route == route and fault.times != 0:
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None


async def before(fault: Fault, organization: Organization, tokens: Tokens) -> None:
    await asyncio.sleep(fault.delay)
    if fault.expire_tokens:
        tokens.expire_all()
    if fault.move_head:
        unit = organization.unit(fault.move_head)
        unit.revision(unit.head.text + b"# changed meanwhile\n", approved_by=fault.approved_by)
    if fault.delete_unit:
        unit = organization.unit(fault.delete_unit)
        del unit.space.units[unit.slug]


def replacement(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.redirect:
        location = fault.redirect.replace("{target}", request.path_qs)
        return web.Response(status=fault.status or 302, headers={"Location": location})
    if fault.status is None and fault.body is None:
        return None
    status = fault.status or 200
    body = fault.body if fault.body is not None else json.dumps({"Code": str(status), "Message": "fault injected"})
    return web.Response(status=status, text=body, content_type="application/json")


def spoil(fault: Fault, response: web.Response) -> None:
    response.headers.update(fault.headers)
    if response.content_type == "application/json" and (fault.set or fault.drop or fault.corrupt):
        answer = json.loads(response.text)
        for element in answer if isinstance(answer, list) else [answer]:
            _spoil_element(fault, element)
        if fault.corrupt == "shape":
            answer = {"Items": answer} if isinstance(answer, list) else [answer]
        response.text = json.dumps(answer)
    elif fault.corrupt == "text":
        response.body = response.body + ADDITION
    if fault.corrupt == "json":
        response.body = response.body[: len(response.body) // 2]


def _spoil_element(fault: Fault, element: dict) -> None:
    """An Extended object has its fields inside the entity and base64 in Data; others are flat, with plain Data."""
    inner = [element[name] for name in ("Space", "Unit", "Revision", "Attestation") if isinstance(element.get(name), dict)]
    for fields in inner or [element]:
        fields.update(fault.set)
        for name in fault.drop:
            fields.pop(name, None)
        if fault.corrupt == "text" and "Data" in fields:
            text = base64.b64decode(fields["Data"]) + ADDITION if inner else fields["Data"].encode() + ADDITION
            fields["Data"] = base64.b64encode(text).decode() if inner else text.decode()


async def send(fault: Fault, request: web.Request, response: web.Response) -> web.StreamResponse:
    if fault.reset == "before":
        return _reset(request, response)
    if not (fault.reset or fault.torn or fault.slow or fault.huge or fault.gzip_bomb):
        return response
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.force_close()
    if fault.gzip_bomb:
        stream.headers["Content-Encoding"] = "gzip"
    if fault.huge or fault.gzip_bomb:
        stream.headers.pop("Content-Length", None)
        stream.enable_chunked_encoding()
    else:
        stream.content_length = len(response.body)
    try:
        await stream.prepare(request)
        async for piece in _pieces(fault, response.body):
            await stream.write(piece)
    except ConnectionError:  # the client had enough, which is what most of these faults are for
        pass
    return _reset(request, stream) if fault.reset == "after" else stream


async def _pieces(fault: Fault, body: bytes) -> AsyncIterator[bytes]:
    if fault.gzip_bomb:
        packer = zlib.compressobj(wbits=31)
        for _ in range(fault.gzip_bomb):
            yield packer.compress(MEBIBYTE)
        yield packer.compress(body) + packer.flush()
    elif fault.slow:
        for position in range(len(body)):
            yield body[position : position + 1]
            await asyncio.sleep(1 / fault.slow)
    elif fault.reset != "after":
        for _ in range(fault.huge):
            yield MEBIBYTE
        yield body[: len(body) // 2] if fault.torn else body


def _reset(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Closing with linger zero makes the kernel send RST, which is what a crashed hub looks like."""
    connection = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return response
