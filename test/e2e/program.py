"""Runs confighub-cmp as Argo CD does, with an environment that holds only what the test gave.
Owns what is true of every run, so that no test has to repeat it: a failed run leaves stdout empty, stderr stays
readable in an Application's status, and no credential shows up anywhere. Refuses (fails the test) otherwise."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from example import PROGRAM
from hub.running import RunningHub

MAX_STDERR = 2048
SECRET_VARIABLES = ("CONFIGHUB_WORKER_SECRET", "CONFIGHUB_TOKEN")
# These print a report on stdout and still end with a code that is not zero.
REPORTING = ("check", "diff", "doctor", "lock", "refresh", "settings")


@dataclass(frozen=True)
class Run:
    code: int
    stdout: bytes
    stderr: str
    seconds: float

    @property
    def first_line(self) -> str:
        return self.stderr.partition("\n")[0]

    @property
    def hints(self) -> list[str]:
        return [line.strip() for line in self.stderr.splitlines()[1:]]

    @property
    def provenance(self) -> list[str]:
        """The units in the order printed, as "messagewall-dev/lambda@1"."""
        lines = self.stdout.decode().splitlines()
        return [line.split()[1] for line in lines if line.startswith("# ") and " sha256:" in line]


class Program:
    def __init__(self, hub: RunningHub, directory: Path):
        self.hub, self.directory = hub, directory

    @property
    def path(self) -> Path:
        return PROGRAM

    @property
    def login(self) -> dict[str, str]:
        return {
            "CONFIGHUB_URL": self.hub.url,
            "CONFIGHUB_WORKER_ID": self.hub.worker.id,
            "CONFIGHUB_WORKER_SECRET": self.hub.worker.secret,
        }

    def __call__(self, *arguments: str, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE) -> Run:
        """One run, logged in to the hub; `env` is added to that, and an empty value takes a variable away."""
        environment = {name: value for name, value in (self.login | (env or {})).items() if value}
        started = time.monotonic()
        finished = subprocess.run(
            [self.path, *arguments], env=environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=subprocess.PIPE, timeout=120, check=False,
        )
        run = Run(finished.returncode, finished.stdout or b"", finished.stderr.decode(), time.monotonic() - started)
        self._check(run, arguments, environment)
        return run

    def file(self, name: str, text: str) -> str:
        """Writes a settings or policy file and gives its path."""
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def _check(self, run: Run, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        if run.code != 0 and arguments[0] not in REPORTING:
            assert run.stdout == b"", f"exit {run.code} with output"
        assert len(run.stderr.encode()) < MAX_STDERR
        for secret in [*self.hub.secrets, *(environment[name] for name in SECRET_VARIABLES if name in environment)]:
            assert secret not in " ".join(arguments)
            assert secret.encode() not in run.stdout
            assert secret not in run.stderr
