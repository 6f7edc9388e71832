"""Services to be hard on: one in a thread over a desk of the test's own, one as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30.0


def until(holds: Callable[[], Any], patience_seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true value of `holds`; AssertionError where there is none in time."""
    end = time.monotonic() + patience_seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not so within {patience_seconds} s: {holds}"
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class InThread:
    """The application on a loopback port, in a thread; `also` adds to it before it starts."""

    def __init__(self, wired: Wired, also: Callable[[FastAPI], object] = lambda _app: None) -> None:
        self.app = app = create_app(wired)
        also(app)
        # Named by its protocol: asyncio sends small answers without delay only on sockets that say they are TCP.
        self._listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._listening]}, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)
        port = self._listening.getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS)

    def stop(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join(PATIENCE_SECONDS)
        self._listening.close()


@dataclass(frozen=True)
class Process:
    """`refundry serve` as a process of its own."""

    popen: "subprocess.Popen[bytes]"
    client: httpx.Client

    def ready(self) -> "Process":
        until(self._answers)
        return self

    def _answers(self) -> bool:
        assert self.popen.poll() is None, f"the service ended with status {self.popen.returncode}"
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """As a power cut would."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        self.client.close()
        if self.popen.poll() is None:
            self.popen.terminate()
            self.popen.wait(PATIENCE_SECONDS)


def environment(database: Path, **more: str) -> dict[str, str]:
    own = {"REFUNDRY_DATABASE_URL": f"sqlite:///{database}", "REFUNDRY_LOG_LEVEL": "error"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REFUNDRY_")}
    return kept | own | more


def launched(database: Path, *, stderr: int = subprocess.DEVNULL, **more: str) -> Process:
    """A process that may not be ready yet. `more` are settings."""
    port = free_port()
    command = [sys.executable, "-m", "entrypoints.cli.main", "serve", "--port", str(port)]
    popen = subprocess.Popen(command, cwd=ROOT, env=environment(database, **more), stderr=stderr)
    return Process(popen, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS))


def commanded(database: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line, run to its end."""
    command = [sys.executable, "-m", "entrypoints.cli.main", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(database), capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
