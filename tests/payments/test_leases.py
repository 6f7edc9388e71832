"""A lease that ran out: whoever comes back too late sends nothing, even to a provider that would pay twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from persistence import outbox
from service.payouts import KINDS, LEASE, pay_due, perform
from service.provider import Answer, Reply
from tests.money.world import World
from tests.payments.scripted import Scripted

LOST = Answer(Reply.NO_REPLY)


@pytest.fixture
def careless() -> Scripted:
    return Scripted(sends=[LOST, LOST], asks=[Answer(Reply.PAID)])


def test_a_worker_that_lost_its_lease_does_not_send_again(database_url: str, careless: Scripted) -> None:
    world = World(database_url, {"sandbox": careless})
    world.pay("r")
    world.ask("r")
    start = world.clock.now()
    with world.desk.store.writing() as connection:
        [stale] = outbox.claim(connection, KINDS, start, "slow", start + LEASE, 10)
    world.clock.advance(start + LEASE + timedelta(seconds=1))
    assert pay_due(world.desk, world.clock.now(), 10) == 1
    assert (len(careless.sent), world.status("r")) == (1, "in_doubt")

    perform(world.desk, stale, world.clock.now())
    assert (len(careless.sent), world.status("r")) == (1, "in_doubt")
    world.later(minutes=5)
    assert (len(careless.sent), world.status("r")) == (1, "succeeded")
    world.close()


def test_an_answer_that_comes_after_the_lease_still_counts(any_database_url: str, tmp_path: Path) -> None:
    """The call was made while the lease was held: what was answered is a fact, whoever holds the row by now."""
    provider = Scripted(sends=[Answer(Reply.PAID)], asks=[])
    world = World(any_database_url, {"sandbox": provider})
    world.pay("r")
    world.ask("r")
    start = world.clock.now()

    def meanwhile() -> None:
        world.clock.advance(start + LEASE + timedelta(seconds=1))
        assert pay_due(world.desk, world.clock.now(), 10) == 1
        assert world.status("r") == "in_doubt"

    provider.while_sending = meanwhile
    assert pay_due(world.desk, start, 10) == 1
    assert (len(provider.sent), world.status("r")) == (1, "succeeded")
    world.close()
