"""A stand-in for the Kubernetes API as far as `refresh` talks to it: Applications listed in pages, read, and changed by a JSON
merge patch whose resourceVersion must still be right. Listens on loopback from its own thread; records requests; has faults.
Every request needs the token. What it claims about the real one, test/interop/kubernetes checks there."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import ssl
import threading
from dataclasses import dataclass
from typing import NamedTuple

from aiohttp import web

GROUP = "/apis/argoproj.io/v1alpha1"
TOKEN = "the-token-of-the-service-account"


@dataclass
class Fault:
    route: str  # list, get or patch
    status: int = 0
    times: int = 1
    after: int = 0  # how many requests of the route pass first
    torn: bool = False  # half of the body, then the connection closes
    edit: str = ""  # "namespace/name": somebody changes it before the request is answered


class Recorded(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    content_type: str
    body: dict | None


def merged(value: dict, patch: dict) -> dict:
    """RFC 7386."""
    result = dict(value)
    for key, change in patch.items():
        if change is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key) or {}, change) if isinstance(change, dict) else change
    return result


class KubernetesApi:
    def __init__(self, tls: ssl.SSLContext | None = None, page: int = 100):
        self.applications: dict[tuple[str, str], dict] = {}
        self.requests: list[Recorded] = []
        self.page = page
        self._faults: list[Fault] = []
        self._versions = itertools.count(1000)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._listen(tls))

    # The words of the stories.

    def application(self, name: str, *, project: str = "messagewall", source: dict | None = None, namespace: str = "argocd", **space_and_more: str) -> None:
        """An Application of the plugin with these parameters, or with the source given."""
        parameters = [{"name": key, "string": value} for key, value in space_and_more.items()]
        plugin = {"repoURL": "https://git.example.com/deploy.git", "path": name, "plugin": {"name": "confighub-cmp", "parameters": parameters}}
        spec = {"project": project, "destination": {"namespace": "crossplane-system"}, **({"source": plugin} if source is None else source)}
        metadata = {"namespace": namespace, "name": name, "resourceVersion": str(next(self._versions))}
        self.applications[namespace, name] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec}

    def annotations(self, name: str, namespace: str = "argocd") -> dict[str, str]:
        return self.applications[namespace, name]["metadata"].get("annotations", {})

    def fault(self, route: str, **attributes) -> None:
        self._faults.append(Fault(route, **attributes))

    def patches(self) -> list[str]:
        """What was asked to change, as "argocd/wall"."""
        parts = [request.path.split("/") for request in self.requests if request.method == "PATCH"]
        return [f"{part[-3]}/{part[-1]}" for part in parts]

    def close(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    # The wire.

    async def _listen(self, tls: ssl.SSLContext | None) -> None:
        application = web.Application()
        application.add_routes([
            web.get(GROUP + "/applications", self._list),
            web.get(GROUP + "/namespaces/{namespace}/applications", self._list),
            web.get(GROUP + "/namespaces/{namespace}/applications/{name}", self._get),
            web.patch(GROUP + "/namespaces/{namespace}/applications/{name}", self._patch),
        ])
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls, shutdown_timeout=0).start()
        self.port = self._runner.addresses[0][1]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        def answer() -> tuple[int, dict]:
            namespace = request.match_info.get("namespace")
            found = [each for (where, _), each in sorted(self.applications.items()) if namespace in (None, where)]
            begin = int(request.query.get("continue", "0"))
            size = min(self.page, int(request.query["limit"]))
            more = {"continue": str(begin + size)} if begin + size < len(found) else {}
            return 200, {"kind": "ApplicationList", "metadata": {"resourceVersion": "1", **more}, "items": found[begin:begin + size]}

        return await self._answer("list", request, answer)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("get", request, lambda: self._found(request))

    async def _patch(self, request: web.Request) -> web.StreamResponse:
        patch = await request.json()

        def answer() -> tuple[int, dict]:
            status, found = self._found(request)
            if status != 200:
                return status, found
            if patch["metadata"].get("resourceVersion", found["metadata"]["resourceVersion"]) != found["metadata"]["resourceVersion"]:
                return _refusal(409)
            changed = merged(found, patch)
            changed["metadata"]["resourceVersion"] = str(next(self._versions))
            self.applications[changed["metadata"]["namespace"], changed["metadata"]["name"]] = changed
            return 200, changed

        return await self._answer("patch", request, answer)

    def _found(self, request: web.Request) -> tuple[int, dict]:
        found = self.applications.get((request.match_info["namespace"], request.match_info["name"]))
        return (200, copy.deepcopy(found)) if found else _refusal(404)

    async def _answer(self, route: str, request: web.Request, answer) -> web.StreamResponse:
        body = await request.json() if request.method == "PATCH" else None
        self.requests.append(Recorded(request.method, request.path, dict(request.query), request.content_type if body else "", body))
        fault = self._take(route)
        if fault.edit:
            self.applications[tuple(fault.edit.split("/"))]["metadata"]["resourceVersion"] = str(next(self._versions))
        authorized = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        status, result = _refusal(401) if not authorized else _refusal(fault.status) if fault.status else answer()
        text = json.dumps(result).encode()
        if not fault.torn:
            return web.Response(body=text, status=status, content_type="application/json")
        response = web.StreamResponse(status=status, headers={"Content-Type": "application/json", "Content-Length": str(len(text))})
        await response.prepare(request)
        await response.write(text[:len(text) // 2])
        request.transport.close()
        return response

    def _take(self, route: str) -> Fault:
        for fault in self._faults:
            if fault.route == route and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    return Fault(route)
                fault.times -= 1
                return fault
        return Fault(route)

    def _run(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)


def _refusal(status: int) -> tuple[int, dict]:
    return status, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "the stand-in's own words", "code": status}
