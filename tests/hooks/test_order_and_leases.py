"""What holds however many tell at once and wherever they die: order, leases, fencing, nothing lost."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from persistence import deliveries
from persistence.deliveries import Delivery
from service.hooks.delivery import LEASE, deliver_due, hooks_due
from service.hooks.fan_out import fan_out
from tests.hooks.receivers import Receiver, Reply
from tests.hooks.world import TellingWorld


def life_of(world: TellingWorld, subject: str) -> None:
    """Four events of one resource, told at one instant."""
    world.pay(subject)
    for event in ("application_submitted", "validation_failed", "application_cancelled"):
        assert world.tell(f"certificate.{event}", subject).outcome == "applied"


def told(receiver: Receiver, subject: str) -> list[int]:
    """The places in its history of what was told of a resource, in the order of arrival, repetitions included."""
    data = [json.loads(one.body)["data"] for one in receiver.received]
    return [one["seq"] for one in data if one["resource_id"] == subject]


def claimed(world: TellingWorld, lease: str, limit: int = 50) -> list[Delivery]:
    now = world.clock.now()
    with world.desk.store.writing() as connection:
        return list(deliveries.claim(connection, now, lease, now + LEASE, limit))


def test_in_order_for_each_resource(world: TellingWorld, receiver: Receiver) -> None:
    world.subscribe(receiver.url)
    for subject in ("a", "b"):
        life_of(world, subject)
    world.settle()
    assert told(receiver, "a") == told(receiver, "b") == [1, 2, 3, 4]


def test_what_is_told_while_nobody_listens_is_done_with_in_portions_and_told_to_nobody_later(
    world: TellingWorld, receiver: Receiver
) -> None:
    life_of(world, "a")
    now = world.clock.now()
    assert [fan_out(world.desk, now, 3) for _ in range(3)] == [3, 1, 0]
    world.subscribe(receiver.url)
    life_of(world, "b")
    world.settle()
    assert told(receiver, "a") == []
    assert told(receiver, "b") == [1, 2, 3, 4]


def test_later_ones_wait_for_an_earlier_one_and_other_resources_do_not(world: TellingWorld, receiver: Receiver) -> None:
    receiver.replies = [Reply(500), Reply(500)]
    world.subscribe(receiver.url)
    life_of(world, "a")
    world.settle()
    life_of(world, "b")
    world.settle()
    assert told(receiver, "a") == [1]
    assert told(receiver, "b") == [1]
    world.later(seconds=5)
    assert told(receiver, "a") == [1, 1, 2, 3, 4]
    assert told(receiver, "b") == [1, 1, 2, 3, 4]


def test_dead_lets_the_later_ones_go(world: TellingWorld, receiver: Receiver) -> None:
    receiver.replies = [Reply(500)] * 8
    hook = world.subscribe(receiver.url)
    life_of(world, "a")
    world.later(days=2)
    assert told(receiver, "a") == [1] * 8 + [2, 3, 4]
    assert world.statuses(hook) == ["dead", "delivered", "delivered", "delivered"]


def test_hooks_do_not_wait_for_each_other(world: TellingWorld, receiver: Receiver, other: Receiver) -> None:
    receiver.then = Reply(500)
    world.subscribe(receiver.url)
    world.subscribe(other.url)
    life_of(world, "a")
    world.settle()
    assert (told(receiver, "a"), told(other, "a")) == ([1], [1, 2, 3, 4])


def test_lease_taken_over_after_a_crash(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    world.pay("r")
    fan_out(world.desk, world.clock.now(), 500)
    (first,) = claimed(world, "of the one that died")
    assert claimed(world, "of another") == []
    world.later(seconds=119)
    assert receiver.received == []
    world.later(seconds=1)
    assert world.statuses(hook) == ["delivered"]
    assert receiver.ids == [first.webhook_id]
    assert world.deliveries(hook)[0].delivery.tries == 2


def test_word_of_one_whose_lease_was_lost_does_not_count(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    world.pay("r")
    fan_out(world.desk, world.clock.now(), 500)
    (slow,) = claimed(world, "of the slow one")
    world.clock.advance(world.clock.now() + LEASE)
    (quick,) = claimed(world, "of the quick one")
    now = world.clock.now()
    with world.desk.store.writing() as connection:
        assert not deliveries.finish(connection, slow, deliveries.DEAD, now)
        assert not deliveries.put_off(connection, slow, now + timedelta(days=1))
        assert deliveries.finish(connection, quick, deliveries.DELIVERED, now)
        assert not deliveries.finish(connection, quick, deliveries.DEAD, now)
    assert world.statuses(hook) == ["delivered"]


def test_answer_that_comes_after_the_lease_is_kept_as_an_attempt(world: TellingWorld, receiver: Receiver) -> None:
    """The slow one tells, its lease runs out meanwhile, another tells too: one status, both attempts."""
    hook = world.subscribe(receiver.url)

    def meanwhile() -> None:
        world.clock.advance(world.clock.now() + LEASE)
        deliver_due(world.desk, world.clock.now(), 50)

    receiver.replies = [Reply(500, before=meanwhile), Reply(200)]
    world.pay("r")
    now = world.clock.now()
    fan_out(world.desk, now, 500)
    deliver_due(world.desk, now, 50)
    (view,) = world.deliveries(hook)
    assert view.delivery.status == "delivered"
    assert [attempt.status for attempt in view.attempts] == [200, 500]


def test_claim_takes_the_first_of_each_resource_only(world: TellingWorld, receiver: Receiver) -> None:
    world.subscribe(receiver.url)
    for subject in ("a", "b", "c"):
        life_of(world, subject)
    fan_out(world.desk, world.clock.now(), 500)
    assert [(one.resource_id, one.payload["seq"]) for one in claimed(world, "x", 2)] == [("a", 1), ("b", 1)]
    assert [(one.resource_id, one.payload["seq"]) for one in claimed(world, "y")] == [("c", 1)]
    assert claimed(world, "z") == []
    assert hooks_due(world.desk, world.clock.now()) == []


def test_many_at_once_tell_each_event_once_and_in_order(world: TellingWorld, receiver: Receiver) -> None:
    hook = world.subscribe(receiver.url)
    subjects = [f"r{number}" for number in range(8)]
    for subject in subjects:
        life_of(world, subject)
    now = world.clock.now()

    def work(_number: int) -> None:
        while fan_out(world.desk, now, 5) or deliver_due(world.desk, now, 3):
            pass

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    world.settle()
    assert {subject: told(receiver, subject) for subject in subjects} == {subject: [1, 2, 3, 4] for subject in subjects}
    assert set(world.statuses(hook)) == {"delivered"}


@pytest.mark.parametrize(("point", "calls"), [("fanned_out", 1), ("delivery_claimed", 1), ("delivery_answered", 2)])
def test_killed_anywhere_it_is_told_all_the_same(
    world: TellingWorld, receiver: Receiver, database_url: str, point: str, calls: int
) -> None:
    """Killed between fan-out and delivery, before the call, and before its answer was kept: only the last repeats."""
    hook = world.subscribe(receiver.url)
    world.pay("r")
    settling = [sys.executable, "-m", "tests.hooks.settling", database_url]
    killed = subprocess.run(settling, env={**os.environ, "REFUNDRY_CRASH_AT": point}, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    (view,) = world.deliveries(hook)
    assert (view.delivery.status, view.attempts) == ("waiting", [])
    world.clock.advance(max(view.delivery.due_at, world.clock.now()))
    world.settle()
    assert world.statuses(hook) == ["delivered"]
    assert receiver.ids == [view.delivery.webhook_id] * calls
