"""HTTPS: though the connection goes to an address, the certificate must bear the name, and be one that is believed."""

import ssl

import pytest
import trustme

from service.clock import SystemClock
from service.hooks.http_sender import HttpSender
from service.hooks.outgoing import Answer, Post
from service.hooks.signing import new_secret
from tests.hooks.receivers import Receiver, listening
from tests.hooks.world import LOOPBACK

AUTHORITY = trustme.CA()


def bearing(*names: str) -> ssl.SSLContext:
    """What a receiver needs to show a certificate that bears these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*names).configure_cert(context)
    return context


def believing() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def sent(receiver: Receiver, host: str, trust: ssl.SSLContext | None) -> Answer:
    url = receiver.url.replace("127.0.0.1", host)
    post = Post(url, "msg_1", b"{}", (new_secret(),), SystemClock().now())
    (answer,) = HttpSender(LOOPBACK, timeout_seconds=5, trust=trust).send([post])
    return answer


@pytest.mark.parametrize(
    ("borne", "called", "told"),
    [
        ("localhost", "localhost", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("other.example", "localhost", False),
        ("127.0.0.1", "localhost", False),
        ("localhost", "127.0.0.1", False),
    ],
)
def test_certificate_must_bear_what_was_called(borne: str, called: str, told: bool) -> None:
    with listening(bearing(borne)) as receiver:
        answer = sent(receiver, called, believing())
        assert answer.success == told, answer.error
        assert len(receiver.received) == told
    if not told:
        assert answer.error is not None and "certificate verify failed" in answer.error


def test_certificate_of_an_unknown_authority_is_not_believed() -> None:
    with listening(bearing("localhost")) as receiver:
        answer = sent(receiver, "localhost", None)
        assert receiver.received == []
    assert answer.error is not None and "certificate verify failed" in answer.error


def test_one_address_of_two_names_is_asked_for_each_name_of_its_own() -> None:
    """No connection that was opened for one name is used for another."""
    shown: list[str | None] = []
    context = bearing("localhost", "127.0.0.1")
    context.sni_callback = lambda _socket, name, _context: shown.append(name)
    with listening(context) as receiver:
        urls = [receiver.url.replace("127.0.0.1", host) for host in ("localhost", "127.0.0.1", "localhost")]
        posts = [Post(url, "msg_1", b"{}", (new_secret(),), SystemClock().now()) for url in urls]
        sender = HttpSender(LOOPBACK, trust=believing())
        assert [answer.status for answer in sender.send(posts)] == [200] * 3
    assert sorted(name or "" for name in shown) == ["", "localhost", "localhost"]
