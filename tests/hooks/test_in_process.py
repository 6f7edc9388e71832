"""Python hooks: subscribed by being installed, called at least once, an exception a failed attempt."""

import threading
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from service.clock import SystemClock
from service.hooks import in_process, subscriptions
from service.hooks.in_process import InProcess, installed_callbacks
from service.hooks.opening import with_hooks
from service.hooks.outgoing import Post
from service.hooks.subscriptions import BadHookError, HookConflictError
from tests.hooks.world import LOOPBACK, TellingWorld
from tests.money.world import PAID_AT
from workflows.instants import instant_text


class Remembering:
    """Fails as often as it is told to, and remembers every event."""

    def __init__(self, failures: int = 0) -> None:
        self.events: list[dict[str, Any]] = []
        self._failures = failures

    def __call__(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if self._failures:
            self._failures -= 1
            raise RuntimeError("not now")


def opened(database_url: str, **callbacks: Any) -> TellingWorld:
    return TellingWorld(database_url, callbacks=callbacks)


def test_called_with_the_event_and_its_id(database_url: str) -> None:
    ledger = Remembering()
    world = opened(database_url, ledger=ledger)
    world.pay("r")
    world.settle()
    (event,) = ledger.events
    (view,) = world.deliveries(subscriptions.view(world.desk, "py_ledger"))
    assert event["id"] == view.delivery.webhook_id
    assert (event["type"], event["timestamp"]) == ("order.paid", instant_text(PAID_AT))
    assert event["data"]["resource_id"] == "r"
    assert (view.delivery.status, view.attempts[0].status) == ("delivered", 200)
    world.close()


def test_exception_is_a_failed_attempt(database_url: str) -> None:
    ledger = Remembering(failures=2)
    world = opened(database_url, ledger=ledger)
    world.pay("r")
    world.later(minutes=6)
    (view,) = world.deliveries(subscriptions.view(world.desk, "py_ledger"))
    assert (view.delivery.status, len(view.attempts)) == ("delivered", 3)
    assert view.attempts[0].error == "RuntimeError: not now"
    assert len({event["id"] for event in ledger.events}) == 1
    world.close()


def test_subscribed_once_however_often_it_is_opened(any_database_url: str) -> None:
    world = opened(any_database_url, ledger=Remembering())
    subscriptions.change(world.desk, "py_ledger", {"events": ["refund.*"]})
    with_hooks(world.desk, LOOPBACK, {"ledger": Remembering(), "other": Remembering()})
    assert subscriptions.view(world.desk, "py_ledger").events == ("refund.*",)
    assert [hook.id for hook in subscriptions.list_hooks(world.desk, None, 10)] == ["py_ledger", "py_other"]
    world.close()


def test_what_only_urls_have_it_has_not(any_database_url: str) -> None:
    world = opened(any_database_url, ledger=Remembering())
    with pytest.raises(HookConflictError):
        subscriptions.rotate(world.desk, "py_ledger")
    with pytest.raises(HookConflictError):
        subscriptions.remove(world.desk, "py_ledger")
    with pytest.raises(BadHookError):
        subscriptions.change(world.desk, "py_ledger", {"url": "https://example.com"})
    assert not subscriptions.change(world.desk, "py_ledger", {"enabled": False}).enabled
    world.close()


def test_uninstalled_is_a_failed_attempt(any_database_url: str) -> None:
    world = opened(any_database_url, ledger=Remembering())
    world.desk = with_hooks(world.desk, LOOPBACK, {})
    world.pay("r")
    world.settle()
    (view,) = world.deliveries(subscriptions.view(world.desk, "py_ledger"))
    assert view.attempts[0].error is not None and "no hook of this name is installed" in view.attempts[0].error
    world.close()


def test_one_that_does_not_return_in_time_has_failed_and_holds_up_no_other() -> None:
    done = threading.Event()
    called: list[str] = []
    sender = InProcess({"hanging": lambda _event: done.wait(), "quick": lambda event: called.append(event["id"])}, 0.2)
    now = SystemClock().now()
    posts = [Post(f"python:{name}", f"msg_{name}", b"{}", (), now) for name in ("hanging", "quick")]
    hanging, quick = sender.send(posts)
    done.set()
    assert (hanging.status, hanging.error) == (None, "it has not returned within 0.2 s")
    assert quick.success and called == ["msg_quick"]


def test_leaving_the_process_is_a_failed_attempt_too() -> None:
    def leave(_event: dict[str, Any]) -> None:
        raise SystemExit(3)

    (answer,) = InProcess({"leaving": leave}).send([Post("python:leaving", "msg_1", b"{}", (), SystemClock().now())])
    assert answer.error == "SystemExit: 3"


def test_found_by_their_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("good", "tests.hooks.test_in_process:Remembering", in_process.GROUP),
        EntryPoint("bad", "tests.hooks.test_in_process:Nothing", in_process.GROUP),
    ]
    monkeypatch.setattr(in_process, "entry_points", lambda group: entries if group == in_process.GROUP else [])
    found = installed_callbacks()
    assert found["good"] is Remembering
    with pytest.raises(LookupError, match="cannot be loaded"):
        found["bad"]({})
