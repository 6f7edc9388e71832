"""A loopback proxy between us and a provider that loses answers after the provider has acted, by a seeded pattern."""

import http.client
import random
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

#: What may become of a call, with its share of all calls: the rest goes through.
FAULTS = {
    "cut_after": 0.14,  # the provider has acted; the connection is cut instead of its answer
    "error_after": 0.08,  # the provider has acted; a 500 comes instead of its answer
    "late": 0.02,  # the provider has acted; its answer never comes, and the caller's patience ends
    "cut_before": 0.06,  # the connection is cut before the provider has heard of it
    "busy_before": 0.04,  # the provider has not heard of it: too many requests
}
NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive", "date", "server"})
PATIENCE_SECONDS = 20.0


class Pattern:
    """Which call meets with which fault; the same seed, the same faults. `met` counts them by method and fault."""

    def __init__(self, seed: int, faults: Mapping[str, float]) -> None:
        self._chance, self._faults, self._lock = random.Random(seed), faults, Lock()
        self.met: Counter[tuple[str, str]] = Counter()

    def next_for(self, method: str) -> str:
        with self._lock:
            rest = 1.0 - sum(self._faults.values())
            [fault] = self._chance.choices([*self._faults, "none"], [*self._faults.values(), rest])
            self.met[method, fault] += 1
        return fault


class _Between(BaseHTTPRequestHandler):
    """One connection of a caller's, with a request to `upstream` for each of its requests."""

    protocol_version = "HTTP/1.1"
    upstream: str
    pattern: Pattern

    def do_GET(self) -> None:
        self._meet(None)

    def do_POST(self) -> None:
        self._meet(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _meet(self, body: bytes | None) -> None:
        fault = self.pattern.next_for(self.command)
        if fault == "cut_before":
            return self._cut()
        if fault == "busy_before":
            return self._answer(429, b'{"error": {"type": "invalid_request_error", "code": "rate_limit"}}', {})
        status, headers, answered = self._passed_on(body)
        if fault == "none":
            return self._answer(status, answered, headers)
        if fault == "error_after":
            return self._answer(500, b'{"error": {"type": "api_error", "message": "lost on the way"}}', {})
        if fault == "late":
            self.connection.settimeout(PATIENCE_SECONDS)
            assert self.connection.recv(1) == b"", "the caller was to give up"
        return self._cut()

    def _passed_on(self, body: bytes | None) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.upstream, timeout=PATIENCE_SECONDS)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        connection.request(self.command, self.path, body=body, headers=headers | {"Connection": "close"})
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in NOT_PASSED_ON}
        return answer.status, kept, found

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is logged."""


@contextmanager
def lossy_proxy(upstream: str, pattern: Pattern) -> Iterator[str]:
    """The proxy's address, for as long as the block lasts."""
    handler = type("_Handler", (_Between,), {"upstream": urlsplit(upstream).netloc, "pattern": pattern})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
