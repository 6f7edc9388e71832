"""A server on loopback that answers as a test tells it to, in the shapes of Stripe's API."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from service.stripe import KEY, REFUND_ID, Stripe

API_KEY = "sk_test_fake_51abcdef"
WEBHOOK_SECRET = "whsec_fake"
#: A status with a body; None cuts the connection.
Said = tuple[int, Any] | None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeStripe:
    """What it answers to a POST and to a GET, and every request it was sent."""

    create: Callable[[Request], Said] = lambda request: (200, refund())
    look: Callable[[Request], Said] = lambda request: (200, listed())
    requests: list[Request] = field(default_factory=list)
    base: str = ""

    def adapter(self, timeout_seconds: float = 5.0) -> Stripe:
        return Stripe(API_KEY, api_base=self.base, webhook_secret=WEBHOOK_SECRET, timeout_seconds=timeout_seconds)

    def made(self, method: str) -> "list[Request]":
        return [request for request in self.requests if request.method == method]

    def answered(self, request: Request) -> Said:
        self.requests.append(request)
        return self.create(request) if request.method == "POST" else self.look(request)


def refund(key: str = "rf_1:original_payment_method", **more: Any) -> dict[str, Any]:
    """A refund as Stripe describes one, with what of a card must never be stored."""
    refund_id = key.split(":")[0]
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 160,
        "currency": "usd",
        "charge": "ch_1",
        "created": 1_772_359_200,
        "status": "succeeded",
        "metadata": {REFUND_ID: refund_id, KEY: key},
        "destination_details": {"card": {"reference": "4242424242424242", "type": "refund"}, "type": "card"},
    } | more


def listed(*refunds: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "url": "/v1/refunds", "has_more": has_more, "data": list(refunds)}


def fault(status: int, type_: str = "invalid_request_error", message: str = "No.", **more: Any) -> tuple[int, Any]:
    return status, {"error": {"type": type_, "message": message, **more}}


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    fake = FakeStripe()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(dict(parse_qsl(urlsplit(self.path).query)))

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._answer(dict(parse_qsl(self.rfile.read(length).decode())))

        def _answer(self, form: dict[str, str]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = fake.answered(Request(self.command, urlsplit(self.path).path, form, headers))
            if said is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, body = said
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("request-id", "req_fake")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
