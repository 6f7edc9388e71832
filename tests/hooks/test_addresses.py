"""What is never told: addresses of our own, by whatever name they go, unless somebody has allowed them."""

import socket
from ipaddress import ip_address

import pytest

from service.clock import SystemClock
from service.hooks import http_sender
from service.hooks.addresses import AddressRefusedError, BadAllowanceError, Reach, parse_reach
from service.hooks.http_sender import HttpSender
from service.hooks.outgoing import Answer, Post
from service.hooks.signing import new_secret
from service.hooks.subscriptions import BadHookError
from tests.hooks.receivers import Receiver
from tests.hooks.world import TellingWorld

REFUSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]


def post(url: str) -> Post:
    return Post(url, "msg_1", b"{}", (new_secret(),), SystemClock().now())


def sent(url: str, reach: Reach = Reach()) -> Answer:  # noqa: B008
    (answer,) = HttpSender(reach, timeout_seconds=5).send([post(url)])
    return answer


@pytest.mark.parametrize("address", REFUSED)
def test_address_that_is_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError, match="REFUNDRY_HOOKS_ALLOW"):
        Reach().check(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_address_that_is_public(address: str) -> None:
    Reach().check(address)


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("loopback", "127.0.0.1"),
        ("loopback", "127.9.9.9"),
        ("loopback", "::1"),
        ("loopback", "::ffff:127.0.0.1"),
        ("10.1.0.0/16", "10.1.2.3"),
        ("10.1.0.0/16", "64:ff9b::a01:203"),
        (" 192.168.0.7 , fd00::/8,", "fd00::1"),
        ("192.168.0.7", "192.168.0.7"),
    ],
)
def test_allowed_network_is_within_reach(allowed: str, address: str) -> None:
    parse_reach(allowed).check(address)


@pytest.mark.parametrize(("allowed", "address"), [("loopback", "10.0.0.1"), ("10.1.0.0/16", "10.2.0.1"), ("", "::1")])
def test_allowance_reaches_no_further(allowed: str, address: str) -> None:
    with pytest.raises(AddressRefusedError):
        parse_reach(allowed).check(address)


@pytest.mark.parametrize("told", ["localhost", "10.1.0.1/16", "10.0.0.0/33", "everything", "10.0.0.0/8;::1"])
def test_unreadable_allowance_says_what_would_be_right(told: str) -> None:
    with pytest.raises(BadAllowanceError, match="REFUNDRY_HOOKS_ALLOW names"):
        parse_reach(told)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "0"]
)
def test_loopback_by_any_name_is_not_told(receiver: Receiver, host: str) -> None:
    port = receiver.url.rsplit(":", 1)[1]
    answer = sent(f"http://{host}:{port}/")
    assert answer.status is None
    assert answer.error is not None and "no public address" in answer.error
    assert receiver.received == []


def test_allowed_loopback_is_told(receiver: Receiver) -> None:
    port = receiver.url.rsplit(":", 1)[1]
    assert sent(f"http://localhost:{port}/", parse_reach("loopback")).status == 200
    assert receiver.received[0].headers["host"] == f"localhost:{port}"


def test_name_is_looked_up_once_and_connected_to_as_it_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a name that means something else when asked again changes nothing."""
    asked: list[str] = []
    connected: list[str] = []
    true_lookup = socket.getaddrinfo

    def lookup(host: str, *rest: object, **more: object) -> object:
        if host == "rebinding.example":
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return true_lookup(address, *rest, **more)  # type: ignore[arg-type]
        connected.append(str(ip_address(host)))
        return true_lookup(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(http_sender.socket, "getaddrinfo", lookup)
    port = receiver.url.rsplit(":", 1)[1]
    assert sent(f"http://rebinding.example:{port}/", parse_reach("127.0.0.1")).status == 200
    assert asked == ["rebinding.example"]
    assert set(connected) <= {"127.0.0.1"}
    assert receiver.received[0].headers["host"] == f"rebinding.example:{port}"


def test_name_with_an_address_of_ours_among_others_is_told_at_the_others_only(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_lookup = socket.getaddrinfo
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("10.0.0.1", "127.0.0.1")]

    def lookup(host: str, *rest: object, **more: object) -> object:
        return found if host == "both.example" else true_lookup(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(http_sender.socket, "getaddrinfo", lookup)
    port = receiver.url.rsplit(":", 1)[1]
    assert sent(f"http://both.example:{port}/", parse_reach("loopback")).status == 200


def test_next_address_is_tried_where_one_does_not_answer(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    true_lookup = socket.getaddrinfo
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.9", "127.0.0.1")]

    def lookup(host: str, *rest: object, **more: object) -> object:
        return found if host == "two.example" else true_lookup(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(http_sender.socket, "getaddrinfo", lookup)
    port = receiver.url.rsplit(":", 1)[1]
    assert sent(f"http://two.example:{port}/", parse_reach("loopback")).status == 200


def test_no_proxy_of_this_machine_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", receiver.url)
    monkeypatch.setenv("ALL_PROXY", receiver.url)
    answer = sent("http://192.168.255.255/")
    assert answer.error is not None and "no public address" in answer.error
    assert receiver.received == []


def test_address_that_is_refused_is_a_failed_attempt(any_database_url: str, receiver: Receiver) -> None:
    world = TellingWorld(any_database_url, parse_reach(""))
    port = receiver.url.rsplit(":", 1)[1]
    hook = world.subscribe(f"http://localhost:{port}/")
    world.pay("r")
    world.settle()
    (view,) = world.deliveries(hook)
    error = view.attempts[0].error
    assert (view.delivery.status, receiver.received) == ("waiting", [])
    assert error is not None and "no public address" in error
    world.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1:8080"])
def test_refused_address_is_refused_when_it_is_subscribed(any_database_url: str, host: str) -> None:
    world = TellingWorld(any_database_url, parse_reach(""))
    with pytest.raises(BadHookError, match="no public address"):
        world.subscribe(f"http://{host}/hooks")
    world.close()
