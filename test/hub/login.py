"""Worker login and the bearer tokens it gives out: three-part JWTs with an `exp`, as short-lived as a test wants.
Owns which tokens count at this moment. Refuses without saying which half of the credentials was wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid

from .model import Organization, identity
from .quirks import Quirks


class BadLogin(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class Tokens:
    def __init__(self, lifetime: float = 3600):
        self.lifetime = lifetime
        self.issued: list[str] = []  # every token ever given out, for tests that look for leaks
        self._holders: dict[str, tuple[str, float]] = {}  # by token: a worker's id, and until when

    def issue(self, subject: str) -> str:
        expiry = time.time() + self.lifetime
        claims = {"sub": subject, "exp": int(expiry), "iat": int(time.time()), "jti": str(len(self.issued))}
        signed = _part({"alg": "HS256", "typ": "JWT"}) + "." + _part(claims)
        token = signed + "." + _base64(hmac.digest(b"stand-in", signed.encode(), hashlib.sha256))
        self.issued.append(token)
        self._holders[token] = subject, expiry
        return token

    def holder(self, authorization: str | None) -> str:
        """The id of the worker who shows this token, "" when it is none or no longer one."""
        scheme, _, token = (authorization or "").partition(" ")
        holder, expiry = self._holders.get(token, ("", 0))
        return holder if scheme == "Bearer" and expiry > time.time() else ""

    def expire_all(self) -> None:
        self._holders.clear()


def worker_login(body: object, organization: Organization, tokens: Tokens, quirks: Quirks) -> dict:
    """The session as JSON. The organization id in it is the identity provider's, never the one units carry."""
    if not isinstance(body, dict) or not {"worker_id", "worker_secret"} <= body.keys():
        raise BadLogin(400, "worker_id and worker_secret are required")
    try:
        worker_id = str(uuid.UUID(body["worker_id"]))
    except (ValueError, AttributeError):
        raise BadLogin(400, "Invalid worker ID format") from None
    if not any(worker_id == worker.id and body["worker_secret"] == worker.secret for worker in organization.workers):
        raise BadLogin(401, "Invalid worker credentials")
    token = tokens.issue(worker_id)
    if quirks.login == "minimal":
        return {"access_token": token}
    return {
        "user": {
            "id": identity("user", "worker"), "email": "reader@workers.example", "first_name": "", "last_name": "",
            "profile_picture_url": "", "created_at": "2026-06-01T08:00:00Z", "updated_at": "2026-06-01T08:00:00Z",
        },
        "access_token": token,
        "organization_id": "org_01STANDIN",
        "auth_type": "JWT",
    }


def _part(claims: dict) -> str:
    return _base64(json.dumps(claims, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
