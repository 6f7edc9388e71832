"""Deliveries to real receivers, after the list that Svix tests its own by, and what else is promised."""

import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from service.clock import SystemClock
from service.hooks import deliveries, subscriptions
from service.hooks.http_sender import HttpSender
from service.hooks.outgoing import Answer, Post
from service.hooks.schedule import WAITS
from service.hooks.signing import new_secret
from service.hooks.subscriptions import HookConflictError
from tests.hooks.receivers import Received, Receiver, Reply
from tests.hooks.world import LOOPBACK, TellingWorld
from workflows.instants import instant_text


def test_told_at_once_what_happened(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(f"{receiver.url}/path?query=1")
    world.pay("r")
    world.settle()
    (received,) = receiver.received
    assert json.loads(received.body) == {
        "type": "order.paid",
        "timestamp": instant_text(world.clock.now()),
        "data": {
            "resource_id": "r",
            "product": "ssl_certificate",
            "order_id": "o-r",
            "account_id": "account-1",
            "from": None,
            "to": "pending",
            "seq": 1,
        },
    }
    assert (received.path, received.headers["content-type"]) == ("/path?query=1", "application/json")
    assert received.headers["host"] == receiver.url.removeprefix("http://")
    assert received.headers["webhook-timestamp"] == str(int(world.clock.now().timestamp()))
    assert world.statuses(hook) == ["delivered"]
    world.later(days=3)
    assert len(receiver.received) == 1


def test_only_what_was_asked_for(world: TellingWorld, receiver: Receiver, other: Receiver) -> None:
    refunds = world.subscribe(receiver.url, "refund.*", "refund_window.expired")
    everything = world.subscribe(other.url)
    world.pay("r")
    assert world.ask("r").accepted
    world.later(days=9)
    told = [view.delivery.type for view in world.deliveries(refunds)]
    assert told == ["refund.requested", "refund.succeeded"]
    assert [view.delivery.type for view in world.deliveries(everything)] == ["order.paid", *told]
    world.pay("late")
    world.later(days=9)
    assert world.deliveries(refunds)[-1].delivery.type == "refund_window.expired"
    assert "refund_window.closing" in [view.delivery.type for view in world.deliveries(everything)]


def test_every_hook_is_told_under_one_message_id(world: TellingWorld, receiver: Receiver, other: Receiver) -> None:
    world.subscribe(receiver.url)
    world.subscribe(other.url)
    world.pay("r")
    world.settle()
    assert receiver.ids == other.ids
    assert receiver.received[0].headers["webhook-signature"] != other.received[0].headers["webhook-signature"]


def test_repeated_failure(world: TellingWorld, receiver: Receiver) -> None:
    receiver.then = Reply(500, body=b"not now")
    hook = world.subscribe(receiver.url)
    world.pay("r")
    began = world.clock.now()
    world.later(days=3)
    (view,) = world.deliveries(hook)
    assert view.delivery.status == "dead"
    expected = [began + sum(WAITS[:tries], timedelta()) for tries in range(len(WAITS) + 1)]
    assert [attempt.started_at for attempt in view.attempts] == expected
    assert {(attempt.status, attempt.answer) for attempt in view.attempts} == {(500, "not now")}
    assert len(set(receiver.ids)) == 1
    timestamps = [int(one.headers["webhook-timestamp"]) for one in receiver.received]
    assert timestamps == [int(moment.timestamp()) for moment in expected]


def test_sporadic_failure(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    receiver.replies = [Reply(503), Reply(500), Reply(204)]
    world.pay("r")
    world.later(minutes=4)
    assert world.hook(hook).failing_since is not None
    assert world.statuses(hook) == ["waiting"]
    world.later(minutes=2)
    assert world.statuses(hook) == ["delivered"]
    assert world.hook(hook).failing_since is None
    assert len(set(receiver.ids)) == 1


@pytest.mark.parametrize("failures", [0, 1, 3, 7, 8])
def test_retry_counts(world: TellingWorld, receiver: Receiver, failures: int) -> None:
    receiver.replies = [Reply(500)] * failures
    hook = world.subscribe(receiver.url)
    world.pay("r")
    world.later(days=2)
    assert len(receiver.received) == min(failures + 1, 8)
    assert world.statuses(hook) == ["dead" if failures == 8 else "delivered"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects(world: TellingWorld, receiver: Receiver, other: Receiver, status: int) -> None:
    receiver.replies = [Reply(status, {"location": f"{other.url}/elsewhere"})]
    hook = world.subscribe(receiver.url)
    world.pay("r")
    world.later(seconds=4)
    assert (receiver.paths, other.paths) == (["/"], [])
    (view,) = world.deliveries(hook)
    assert (view.delivery.status, view.attempts[0].status) == ("waiting", status)
    world.later(seconds=2)
    assert (world.statuses(hook), other.paths) == (["delivered"], [])


def test_rotation(world: TellingWorld, receiver: Receiver) -> None:
    shown = subscriptions.add(world.desk, {"url": receiver.url})
    secrets = [shown.secret]
    world.pay("r1")
    world.settle()
    secrets.insert(0, subscriptions.rotate(world.desk, shown.hook.id).secret)
    world.pay("r2")
    world.later(hours=23)
    secrets.insert(0, subscriptions.rotate(world.desk, shown.hook.id).secret)
    world.pay("r3")
    world.later(hours=1)
    world.pay("r4")
    world.later(hours=23)
    world.pay("r5")
    world.settle()
    newest, second, first = secrets
    for place, signers in enumerate([[first], [second, first], [newest, second, first], [newest, second], [newest]]):
        received = receiver.received[place]
        signed = [Webhook(key).sign(*_signed(received)) for key in signers]
        assert received.headers["webhook-signature"].split(" ") == signed


def _signed(received: Received) -> tuple[str, datetime, str]:
    moment = datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), UTC)
    return received.headers["webhook-id"], moment, received.body.decode()


def test_conflict(world: TellingWorld, receiver: Receiver) -> None:
    """A delivery that is being told at this moment cannot be sent again, nor one whose hook is disabled."""
    hook = world.subscribe(receiver.url)
    refusals: list[str] = []

    def resend_meanwhile() -> None:
        try:
            deliveries.resend(world.desk, world.deliveries(hook)[0].delivery.id)
        except HookConflictError as error:
            refusals.append(str(error))

    receiver.replies = [Reply(before=resend_meanwhile)]
    world.pay("r")
    world.settle()
    assert len(refusals) == 1 and "being told" in refusals[0]
    assert world.statuses(hook) == ["delivered"]
    subscriptions.change(world.desk, hook.id, {"enabled": False})
    with pytest.raises(HookConflictError, match="disabled"):
        deliveries.resend(world.desk, world.deliveries(hook)[0].delivery.id)


def test_dead_is_sent_again_under_the_same_id(world: TellingWorld, receiver: Receiver) -> None:
    receiver.replies = [Reply(500)] * 9
    hook = world.subscribe(receiver.url)
    world.pay("r")
    world.later(days=2)
    (dead,) = world.deliveries(hook, "dead")
    resent = deliveries.resend(world.desk, dead.delivery.id)
    assert (resent.delivery.status, resent.delivery.tries) == ("waiting", 0)
    world.settle()
    assert world.statuses(hook) == ["waiting"]
    world.later(seconds=5)
    (view,) = world.deliveries(hook)
    assert (view.delivery.status, len(view.attempts), view.delivery.tries) == ("delivered", 10, 2)
    assert len(set(receiver.ids)) == 1
    world.pay("r2")
    world.settle()
    deliveries.resend(world.desk, view.delivery.id)
    world.settle()
    assert receiver.ids[-1] == receiver.ids[0]


def test_gone_disables_the_hook_and_keeps_what_waits(world: TellingWorld, receiver: Receiver) -> None:
    receiver.replies = [Reply(410)]
    hook = world.subscribe(receiver.url)
    world.pay("r")
    world.later(days=8)
    after = world.hook(hook)
    assert (after.enabled, after.disabled_reason) == (False, "its receiver answered 410 Gone")
    assert len(receiver.received) == 1
    subscriptions.change(world.desk, hook.id, {"enabled": True})
    world.settle()
    assert world.statuses(hook) == ["delivered"]
    assert receiver.ids[0] == receiver.ids[1]
    assert world.hook(hook).disabled_reason is None


def test_five_days_without_a_success_disable_the_hook(world: TellingWorld, receiver: Receiver) -> None:
    receiver.then = Reply(500)
    hook = world.subscribe(receiver.url)
    for day in range(6):
        assert world.hook(hook).enabled
        world.pay(f"r{day}")
        world.later(hours=24)
    after = world.hook(hook)
    assert (after.enabled, after.disabled_reason) == (False, "no delivery has succeeded for 5 days")
    calls = len(receiver.received)
    world.pay("late")
    world.later(days=10)
    assert len(receiver.received) == calls


def test_one_success_in_between_starts_patience_anew(world: TellingWorld, receiver: Receiver) -> None:
    receiver.then = Reply(500)
    hook = world.subscribe(receiver.url)
    for day in range(8):
        if day == 3:
            receiver.replies = [Reply(200)]
        world.pay(f"r{day}")
        world.later(hours=24)
    assert world.hook(hook).enabled


def test_retry_after_in_seconds_and_as_a_date(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    receiver.replies = [
        Reply(429, {"retry-after": "600"}),
        Reply(503, {"retry-after": "Sun, 01 Mar 2026 12:00:00 GMT"}),
    ]
    world.pay("r")
    world.settle()
    began = world.clock.now()
    assert world.deliveries(hook)[0].delivery.due_at == began + timedelta(minutes=10)
    world.later(minutes=10)
    assert instant_text(world.deliveries(hook)[0].delivery.due_at) == "2026-03-01T12:00:00Z"
    world.later(hours=2)
    assert world.statuses(hook) == ["delivered"]


def test_first_kibibyte_of_an_answer_is_kept(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    receiver.replies = [Reply(500, body=b"\x00\xff" + "é".encode() + b"x" * 5000)]
    world.pay("r")
    world.settle()
    kept = world.deliveries(hook)[0].attempts[0].answer
    assert kept == "\ufffd\ufffdé" + "x" * 1020


def test_nobody_there_is_a_failed_attempt(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe("http://127.0.0.1:9/")
    world.pay("r")
    world.settle()
    (view,) = world.deliveries(hook)
    assert (view.delivery.status, view.attempts[0].status) == ("waiting", None)
    assert view.attempts[0].error is not None and view.attempts[0].error.startswith("ConnectError")


def test_without_subscribers_words_are_simply_done(world: TellingWorld, receiver: Receiver) -> None:
    world.pay("r")
    world.settle()
    hook = world.subscribe(receiver.url)
    world.settle()
    assert (world.deliveries(hook), receiver.received) == ([], [])


def test_removed_hook_is_told_nothing_more(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    receiver.replies = [Reply(500, before=lambda: subscriptions.remove(world.desk, hook.id))]
    world.pay("r")
    world.later(days=1)
    assert len(receiver.received) == 1


def test_hook_that_is_switched_off_keeps_what_waits_and_is_told_no_more(
    world: TellingWorld, receiver: Receiver
) -> None:
    receiver.replies = [Reply(500)]
    hook = world.subscribe(receiver.url)
    world.pay("r1")
    world.settle()
    subscriptions.change(world.desk, hook.id, {"enabled": False})
    world.pay("r2")
    world.later(hours=5)
    subscriptions.change(world.desk, hook.id, {"enabled": True})
    world.settle()
    assert [view.delivery.resource_id for view in world.deliveries(hook)] == ["r1"]
    assert world.statuses(hook) == ["delivered"]


def test_silent_receiver_is_given_up_on(receiver: Receiver) -> None:
    done = threading.Event()
    receiver.replies = [Reply(before=done.wait)]
    answer = sent(receiver, timeout_seconds=0.3)
    done.set()
    assert (answer.status, answer.error) == (None, "no answer within 0.3 s")
    assert 250 <= answer.duration_ms < 5000


def test_status_counts_though_the_body_never_ends(receiver: Receiver) -> None:
    done = threading.Event()
    receiver.replies = [Reply(200, {"content-length": "9999"}, b"so far", after=done.wait)]
    answer = sent(receiver, timeout_seconds=0.3)
    done.set()
    assert (answer.success, answer.body) == (True, b"so far")
    assert 250 <= answer.duration_ms < 5000


def test_trickling_headers_do_not_stretch_the_time(receiver: Receiver) -> None:
    """Each byte comes in time, the whole does not: the limit is on the call, not on each read."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not ended.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        answer = sent(receiver, timeout_seconds=0.4)
        ended.set()
        thread.join()
    assert answer.status is None
    assert answer.duration_ms < 5000


def sent(receiver: Receiver, timeout_seconds: float) -> Answer:
    post = Post(receiver.url, "msg_1", b"{}", (new_secret(),), SystemClock().now())
    (answer,) = HttpSender(LOOPBACK, timeout_seconds).send([post])
    return answer
