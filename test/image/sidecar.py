"""A run of the plugin in its image, hardened as manifests/repo-server/sidecar.yaml asks the kubelet to, with that directory's settings
and tag policy and with credentials mounted where it says. The network is the machine's, because there the stand-in hub listens."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from hub.running import RunningHub

PROJECT = Path(__file__).resolve().parents[2]
HARDENED = [
    "--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges", "--network=host",
    "--memory=512m", "--pids-limit=64",
    # Podman would raise these, which a machine that is a container itself does not let it.
    "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
]
ARGO_CD = {
    "ARGOCD_APP_NAME": "messagewall-dev", "ARGOCD_APP_PROJECT_NAME": "messagewall",
    "ARGOCD_APP_PARAMETERS": '[{"name":"space","string":"messagewall-dev"}]', "CONFIGHUB_CMP_SETTINGS": "/etc/confighub-cmp/settings.yaml",
}


class Sidecar:
    def __init__(self, image: str, hub: RunningHub, directory: Path):
        self._image, self.hub, self.pid_file = image, hub, directory / "pid"
        self._mounted = directory / "mounted"
        credentials = self._mounted / "credentials"
        credentials.mkdir(parents=True)
        for name in ("settings.yaml", "tag-policy.yaml"):
            shutil.copy(PROJECT / "manifests/repo-server" / name, self._mounted)
        (credentials / "worker-id").write_text(hub.worker.id)
        (credentials / "worker-secret").write_text(hub.worker.secret)

    def start(self, *arguments: str) -> subprocess.Popen:
        """As Argo CD starts it for the message wall; plugin.yaml's absolute path is the image's entry point."""
        environment = ARGO_CD | {"CONFIGHUB_URL": self.hub.url}
        return subprocess.Popen(
            [
                "podman", "--runtime=runc", "--cgroup-manager=cgroupfs", "run", "--rm", f"--pidfile={self.pid_file}", *HARDENED,
                f"--volume={self._mounted}:/etc/confighub-cmp:ro", *(f"--env={name}" for name in environment), self._image, *arguments,
            ],
            env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess:
        run = self.start(*arguments)
        stdout, stderr = run.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, run.returncode, stdout, stderr)
