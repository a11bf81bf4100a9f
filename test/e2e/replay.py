"""A hub that dies: it gives the answers of an undisturbed run again, and after so many bytes it is gone, in the middle of a body
or between two requests. Owns its port and thread. Ends like a killed process does: the connection breaks, nobody listens."""

from __future__ import annotations

import re
import socket
import struct
import threading
import urllib.error
import urllib.parse
import urllib.request

from hub.running import RunningHub


def record(hub: RunningHub) -> list[bytes]:
    """The answers, as they are on the wire, to what the hub was asked so far."""
    token, answers = "", []
    for asked in list(hub.requests):
        body = b'{"worker_id": "%s", "worker_secret": "%s"}' % (hub.worker.id.encode(), hub.worker.secret.encode())
        target = asked.path + ("?" + urllib.parse.urlencode(asked.query) if asked.query else "")
        request = urllib.request.Request(hub.url + target, data=body if asked.method == "POST" else None, headers={"Authorization": token})
        with urllib.request.urlopen(request, timeout=10) as response:
            content = response.read()
            headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items() if name != "Connection")
        answers.append(f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + content)
        if asked.route == "login":
            token = "Bearer " + re.search(rb'"access_token": "([^"]+)"', content)[1].decode()
    return answers


class DyingHub:
    def __init__(self, answers: list[bytes], lives_for: int, ending: str):
        self._answers, self._left, self._ending = answers, lives_for, ending
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        self._listener.close()
        with connection:
            for answer in self._answers:
                if not _read_request(connection) or not self._send(connection, answer):
                    break
            if self._ending == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _send(self, connection: socket.socket, answer: bytes) -> bool:
        piece = answer[: self._left]
        self._left -= len(piece)
        connection.sendall(piece)
        return piece == answer


def _read_request(connection: socket.socket) -> bool:
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        if not received:
            return False
        request += received
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return True
