#!/usr/bin/python3
"""Serves an organization from a directory: serve.py --data DIR [--generation B] [--port 0] [--ready-file F]
Loopback only: it hands out tokens to anyone who can read DIR. Ends on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hub import index  # noqa: E402
from hub.server import VERSIONS, Hub  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="a stand-in ConfigHub server on loopback")
    parser.add_argument("--data", type=Path, required=True, help="directory with hub.yaml")
    parser.add_argument("--generation", choices=sorted(VERSIONS), default="B", help="of the API (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one (default: %(default)s)")
    parser.add_argument("--ready-file", type=Path, help="gets the URL once the server listens")
    parser.add_argument("--token-lifetime", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--quirk", action="append", default=[], metavar="NAME=VALUE", help="see quirks.py; may be repeated")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    hub = Hub(index.load(options.data), options.generation, options.token_lifetime)
    hub.quirks.turn(**dict(quirk.split("=", 1) for quirk in options.quirk))
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner = web.AppRunner(hub.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port, shutdown_timeout=0).start()
    announce(f"http://127.0.0.1:{runner.addresses[0][1]}", options.ready_file)
    await stopped.wait()
    await runner.cleanup()


def announce(url: str, ready_file: Path | None) -> None:
    print(url, flush=True)
    if ready_file:
        # By rename, so that whoever waits for the file never reads half a URL.
        partial = ready_file.with_name(ready_file.name + ".partial")
        partial.write_text(url + "\n")
        os.replace(partial, ready_file)


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
