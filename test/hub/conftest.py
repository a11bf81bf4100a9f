"""A hub with one small space, and a client that knows nothing about ConfigHub but HTTP and JSON."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from .running import RunningHub


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, hub: RunningHub):
        self.hub, self.token = hub, ""

    def login(self, **credentials: str) -> Answer:
        body = {"worker_id": self.hub.worker.id, "worker_secret": self.hub.worker.secret} | credentials
        answer = self.send("POST", "/auth/worker", json.dumps(body).encode())
        self.token = answer.json.get("access_token", "")
        return answer

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        names = {name.rstrip("_"): value for name, value in query.items()}  # continue_, as Python keeps that word
        return self.send("GET", path + ("?" + urllib.parse.urlencode(names) if names else ""), headers=headers)

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        request = urllib.request.Request(self.hub.url + path, data=body, method=method, headers=headers or {})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())


@pytest.fixture
def client_of() -> Iterator[Callable[[str], Client]]:
    """client_of("B") is a client logged in to a hub of that generation; all hubs end with the test."""
    hubs: list[RunningHub] = []

    def open_hub(generation: str) -> Client:
        hub = RunningHub(generation)
        hubs.append(hub)
        shop = hub.space("shop", labels={"environment": "prod"})
        shop.unit("api", labels={"tier": "front"}, live=1).revision("a: 1\n", approved_by=["alice"])
        shop.unit("web").revision("w: 1\n", approved_by=["alice", "bob"]).revision(
            "w: 2\n", gates={"platform/require-approval/vet-approvedby": True}
        )
        client = Client(hub)
        client.login()
        return client

    yield open_hub
    for hub in hubs:
        hub.close()
