"""A hub that listens on loopback from its own thread, and the words in which tests tell their stories to it.
Owns the thread and the port. The organization is changed between requests, by whoever tells the story."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine

from aiohttp import web

from .faults import Fault
from .model import Organization, Space, Worker
from .server import Hub, Recorded


class RunningHub:
    def __init__(self, generation: str = "B", organization: Organization | None = None, tls: ssl.SSLContext | None = None):
        self.hub = Hub(organization or Organization(), generation)
        self.port = 0
        self._tls = tls
        self._runner: web.AppRunner | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.listen()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def worker(self) -> Worker:
        return self.hub.organization.worker

    @property
    def requests(self) -> list[Recorded]:
        return self.hub.requests

    @property
    def secrets(self) -> list[str]:
        """What must never be seen anywhere: the workers' secrets and every token given out so far."""
        return [*(worker.secret for worker in self.hub.organization.workers), *self.hub.tokens.issued]

    def space(self, slug: str, **attributes) -> Space:
        return self.hub.organization.space(slug, **attributes)

    def fault(self, route: str, **attributes) -> None:
        self.hub.faults.add(Fault(route, **attributes))

    def quirk(self, **switches: str) -> None:
        self.hub.quirks.turn(**switches)

    def asked(self) -> list[str]:
        """The requests so far, as "GET /api/unit"."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def listen(self) -> None:
        """Opens the port; after `go_down` the same one again, as a hub that comes back has the same address."""
        self._run(self._listen())

    def go_down(self) -> None:
        if self._runner:
            self._run(self._runner.cleanup())
            self._runner = None

    def close(self) -> None:
        self.go_down()
        self._run(_end_handlers())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _listen(self) -> None:
        self._runner = web.AppRunner(self.hub.application(), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self._tls, shutdown_timeout=0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def _run(self, coroutine: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)


async def _end_handlers() -> None:
    """A handler that still drips bytes to a client long gone would outlive its loop."""
    handlers = asyncio.all_tasks() - {asyncio.current_task()}
    for handler in handlers:
        handler.cancel()
    await asyncio.gather(*handlers, return_exceptions=True)
