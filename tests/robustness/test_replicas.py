"""Several equal replicas on one PostgreSQL: each sweeps what the others do not, and no batch is too large for locks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from persistence import due, locks
from persistence.database import open_engine
from service import clockwork
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.opening import open_desk
from tests.databases import fresh_postgres_url
from tests.robustness.conftest import NOW
from tests.robustness.tellings import paid
from workflows.products import CATALOGUE
from workflows.words import Outcome

LATER = NOW + timedelta(days=30)


@pytest.fixture
def desk(postgres: str, clock: SetClock) -> Iterator[Desk]:
    desk = open_desk(open_engine(fresh_postgres_url(postgres)), CATALOGUE, [], clock)
    yield desk
    desk.store.close()


def told(desk: Desk, count: int) -> None:
    results = ingest(desk, [Message(paid(f"r-{number}")) for number in range(count)])
    assert {result.outcome for result in results} == {Outcome.APPLIED}


def test_replicas_that_sweep_at_once_share_the_work_and_wait_for_nobody(desk: Desk) -> None:
    told(desk, 30)
    with desk.store.writing() as one, desk.store.writing() as other, desk.store.writing() as third:
        first = due.expiries(one, LATER, 10)
        second = due.expiries(other, LATER, 10)
        rest = due.expiries(third, LATER, 20)
    assert (len(first), len(second), len(rest)) == (10, 10, 10)
    assert {*first, *second, *rest} == {f"r-{number}" for number in range(30)}


def test_what_somebody_works_on_is_left_for_the_next_sweep(desk: Desk) -> None:
    told(desk, 3)
    with desk.store.writing() as busy:
        locks.lock_subjects(busy, ["r-1"])
        assert clockwork.expire_windows(desk, LATER) == 2
    assert clockwork.expire_windows(desk, LATER) == 1
    assert clockwork.expire_windows(desk, LATER) == 0


def test_a_sweep_leaves_everything_to_a_batch_that_holds_everything(desk: Desk) -> None:
    told(desk, 1)
    with desk.store.writing() as busy:
        locks.lock_subjects(busy, [f"r-{number}" for number in range(locks.MOST_LOCKED + 1)])
        assert clockwork.expire_windows(desk, LATER) == 0
    assert clockwork.expire_windows(desk, LATER) == 1


def test_a_lock_is_the_same_whoever_computes_its_key(desk: Desk) -> None:
    names = ["r", "日本", "a\nb", "x" * 256, "\U0010ffff"]
    with desk.store.writing() as busy, desk.store.writing() as other:
        locks.lock_subjects(busy, names[:-1])
        assert locks.unlocked(other, names, 10) == names[-1:]


def test_a_batch_needs_few_locks_however_large_it_is(desk: Desk) -> None:
    with desk.store.writing() as connection:
        locks.lock_subjects(connection, [f"r-{number}" for number in range(50_000)])
        held = connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one()
    assert held == 1
