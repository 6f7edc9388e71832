"""Replicas on one PostgreSQL go by its clock, not by their machines'; on SQLite there is but one machine."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from entrypoints.settings import Settings
from entrypoints.wiring import wire
from persistence.database import clock_says
from scheduler.live import LOOK_AT_CLOCK_EVERY_SECONDS, Tick, keeping_time
from service.clock import SharedClock, SystemClock
from service.desk import Desk
from tests.databases import fresh_postgres_url, fresh_sqlite_url
from tests.robustness.conftest import NOW, Hand
from tests.robustness.services import until


class Database:
    """A database's clock, to be set; every look at it takes two seconds of the machine's."""

    def __init__(self, hand: Hand) -> None:
        self.now = NOW
        self._hand = hand

    def look(self) -> datetime:
        self._hand.now += 2
        return self.now


def test_the_time_is_the_databases_and_goes_on_between_looks(hand: Hand) -> None:
    there = Database(hand)
    clock = SharedClock(there.look, hand)
    hand.now += 9
    assert clock.now() == NOW + timedelta(seconds=10)
    there.now = NOW + timedelta(hours=1)
    assert clock.now() == NOW + timedelta(seconds=10)
    clock.look()
    assert clock.now() == NOW + timedelta(hours=1, seconds=1)


def test_a_running_service_looks_again_once_a_minute(desk: Desk, hand: Hand) -> None:
    there = Database(hand)
    clock = SharedClock(there.look, hand)
    tick = Tick(replace(desk, clock=clock), monotonic=hand)
    there.now += timedelta(hours=1)
    hand.now += LOOK_AT_CLOCK_EVERY_SECONDS - 1
    tick()
    assert clock.now() < there.now
    hand.now += 1
    tick()
    assert clock.now() == there.now + timedelta(seconds=1)


def test_a_process_that_does_not_tick_keeps_time_too(desk: Desk, hand: Hand) -> None:
    there = Database(hand)
    clock = SharedClock(there.look, hand)
    there.now += timedelta(hours=1)
    with keeping_time(replace(desk, clock=clock), every_seconds=0.05):
        until(lambda: clock.now() >= there.now)


def test_which_clock_a_service_goes_by(postgres: str, tmp_path: Path) -> None:
    shared = wire(Settings(database_url=fresh_postgres_url(postgres)))
    assert isinstance(shared.clock, SharedClock)
    with shared.store.reading() as connection:
        told = clock_says(connection)
    assert abs(told - shared.clock.now()) < timedelta(seconds=10)
    shared.store.close()
    alone = wire(Settings(database_url=fresh_sqlite_url(tmp_path)))
    assert isinstance(alone.clock, SystemClock)
    alone.store.close()
