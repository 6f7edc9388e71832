"""The live service: told by itself, each hook in a lane of its own, and nothing else held up."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scheduler.live import Tick
from scheduler.sweeps import DECIDING, SWEEPS
from scheduler.telling import Telling
from tests.hooks.receivers import Receiver, Reply
from tests.hooks.world import TellingWorld

PATIENCE_SECONDS = 20.0


@pytest.fixture
def telling(world: TellingWorld) -> Iterator[Telling]:
    made = Telling(world.desk, every_seconds=0.05)
    yield made
    made.stop()


def test_told_by_itself(world: TellingWorld, receiver: Receiver, telling: Telling) -> None:
    arrived = threading.Event()
    receiver.then = Reply(before=arrived.set)
    hook = world.subscribe(receiver.url)
    telling.start()
    world.pay("r")
    assert arrived.wait(PATIENCE_SECONDS)
    telling.stop()
    assert world.statuses(hook) == ["delivered"]


def test_slow_hook_holds_up_neither_another_nor_a_payout(
    world: TellingWorld, receiver: Receiver, other: Receiver, telling: Telling
) -> None:
    let_go, reached, succeeded = threading.Event(), threading.Event(), threading.Event()

    def until_let_go() -> None:
        reached.set()
        let_go.wait(PATIENCE_SECONDS)

    def note() -> None:
        if b"refund.succeeded" in other.received[-1].body:
            succeeded.set()

    receiver.then = Reply(before=until_let_go)
    other.then = Reply(before=note)
    slow = world.subscribe(receiver.url)
    quick = world.subscribe(other.url)
    telling.start()
    world.pay("r")
    assert reached.wait(PATIENCE_SECONDS)
    assert world.ask("r").accepted
    Tick(world.desk)()
    assert world.status("r") == "succeeded"
    assert succeeded.wait(PATIENCE_SECONDS)
    assert world.statuses(slow) == ["waiting"] * 3
    let_go.set()
    telling.stop()
    assert world.statuses(quick) == ["delivered"] * 3


def test_tick_of_decisions_tells_nobody(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    world.pay("r")
    Tick(world.desk)()
    assert (world.deliveries(hook), receiver.received) == ([], [])
    assert set(SWEEPS) - set(DECIDING) == {"fan_out", "deliver"}


def test_lane_survives_what_goes_wrong_in_it(world: TellingWorld, receiver: Receiver) -> None:
    class Broken:
        def send(self, _posts: object) -> list[object]:
            raise RuntimeError("broken")

    hook = world.subscribe(receiver.url)
    broken = replace(world.desk, outgoing=replace(world.desk.outgoing, senders={"http": Broken()}))
    world.pay("r")
    telling = Telling(broken)
    telling.beat()
    telling.stop()
    assert world.statuses(hook) == ["waiting"]
    world.later(minutes=3)
    assert world.statuses(hook) == ["delivered"]
