"""The tick of a running service: what is due now, and now and then the clock, what is parked, and the coming months."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scheduler.metronome import Metronome
from scheduler.sweeps import DECIDING, sweep
from service.clock import SharedClock
from service.clockwork import FOLDED_AT_ONCE, fold_tallies, next_due, retry_parked
from service.desk import Desk
from service.putting_away import keep_months_ahead

RETRY_PARKED_EVERY_SECONDS = 60.0
FOLD_EVERY_SECONDS = 10.0
MONTHS_EVERY_SECONDS = 3600.0
LOOK_AT_CLOCK_EVERY_SECONDS = 60.0


class Tick:
    """One beat of the live service. After downtime the first beats catch up, a bounded amount each.

    Subscribers are told beside it, by `scheduler.telling`: none of them can hold up a decision or a payout.
    """

    def __init__(self, desk: Desk, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._monotonic = monotonic
        self._retried = self._folded = self._kept_ahead = self._looked = monotonic()

    def __call__(self) -> None:
        if self._monotonic() - self._looked >= LOOK_AT_CLOCK_EVERY_SECONDS:
            self._looked = self._monotonic()
            look_at_clock(self._desk)
        now = self._desk.clock.now()
        moment = next_due(self._desk, telling=False)
        if moment is not None and moment <= now:
            sweep(self._desk, now, sweeps=DECIDING)
        if self._monotonic() - self._retried >= RETRY_PARKED_EVERY_SECONDS:
            self._retried = self._monotonic()
            retry_parked(self._desk, now)
        if self._monotonic() - self._folded >= FOLD_EVERY_SECONDS:
            self._folded = self._monotonic()
            fold_all(self._desk)
        if self._monotonic() - self._kept_ahead >= MONTHS_EVERY_SECONDS:
            self._kept_ahead = self._monotonic()
            keep_months_ahead(self._desk)


def look_at_clock(desk: Desk) -> None:
    """Look at the clock of the database again, where that is the one to go by."""
    if isinstance(desk.clock, SharedClock):
        desk.clock.look()


@contextmanager
def keeping_time(desk: Desk, every_seconds: float = LOOK_AT_CLOCK_EVERY_SECONDS) -> Iterator[None]:
    """Look at the clock now and then for as long as the block lasts: for a process that does not tick."""
    metronome = Metronome(lambda: look_at_clock(desk), every_seconds)
    metronome.start()
    try:
        yield
    finally:
        metronome.stop()


def fold_all(desk: Desk) -> None:
    """Put everything that has been counted into the running sums, a bounded amount at a time."""
    while fold_tallies(desk, desk.clock.now()) == FOLDED_AT_ONCE:
        pass
