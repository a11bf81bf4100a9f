"""TLS for a hub on loopback, made fresh by the openssl command: one that is right and the ways of being wrong.
Owns nothing that outlives the test's directory."""

from __future__ import annotations

import ssl
import subprocess
import warnings
from pathlib import Path

KINDS = ("good", "expired", "wrong name", "unknown CA", "old protocol")


class Authority:
    """A CA of our own. `ca_file` is what a client that knows it would trust."""

    def __init__(self, directory: Path):
        self._directory = directory
        self.ca_file = directory / "ca.pem"
        self._make_authority("ca")
        self._make_authority("stranger")

    def server(self, kind: str) -> ssl.SSLContext:
        """What a hub needs to listen with a certificate of that kind, one of KINDS."""
        assert kind in KINDS
        name = "DNS:elsewhere.example" if kind == "wrong name" else "IP:127.0.0.1,DNS:localhost"
        self._sign("stranger" if kind == "unknown CA" else "ca", name, "-1" if kind == "expired" else "2")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "old protocol":
            with warnings.catch_warnings():  # that Python calls it deprecated is the point
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
            context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(self._directory / "server.pem", self._directory / "server.key")
        return context

    def _make_authority(self, name: str) -> None:
        self._openssl(
            "req", "-x509", *_new_key(name), "-out", f"{name}.pem", "-days", "2", "-subj", f"/CN=test {name}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        )

    def _sign(self, authority: str, subject_name: str, days: str) -> None:
        extensions = self._directory / "server.ext"
        extensions.write_text(f"subjectAltName={subject_name}\nextendedKeyUsage=serverAuth\n")
        self._openssl("req", *_new_key("server"), "-out", "server.csr", "-subj", "/CN=stand-in hub")
        self._openssl(
            "x509", "-req", "-in", "server.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial",
            "-days", days, "-extfile", extensions.name, "-out", "server.pem",
        )

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._directory, check=True, capture_output=True, timeout=30)


def _new_key(name: str) -> list[str]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]
