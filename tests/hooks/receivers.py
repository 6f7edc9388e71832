"""Receivers: real HTTP servers on loopback that answer as they are told and remember what they were sent."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a receiver answers; `before` is called first and `after` last, in the receiver's thread."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None


@dataclass
class Receiver:
    """Answers with `replies` in their order, and then always with `then`."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    then: Reply = field(default_factory=Reply)
    received: list[Received] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            reply = self.replies.pop(0) if self.replies else self.then
        reply.before()
        return reply

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.received]


@contextmanager
def listening(certificate: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver for as long as the block lasts; with a certificate it speaks HTTPS."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = receiver.answer(Received(self.path, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "content-length" not in reply.headers:
                self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            reply.after()

        def do_GET(self) -> None:
            receiver.answer(Received(f"GET {self.path}", {}, b""))
            self.send_error(404)

        def log_message(self, *_args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: Any) -> None:
            pass  # a caller that hangs up is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if certificate is None else "https"
    receiver.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
