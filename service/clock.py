"""Clocks: the one place where "now" comes from."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from workflows.instants import instant_text


class Clock(Protocol):
    """Says what time it is, as an aware UTC instant."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SharedClock:
    """The clock of the database, which all replicas share; carried on by this machine's own from one look to the next.

    So leases and windows end for all of them at one moment, however wrong a machine's clock may be.
    """

    def __init__(self, look: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._monotonic = monotonic
        self._looked = self._at_look()

    def now(self) -> datetime:
        moment, seconds = self._looked
        return moment + timedelta(seconds=self._monotonic() - seconds)

    def look(self) -> None:
        """Look at the database's clock again. Raises StoreError."""
        self._looked = self._at_look()

    def _at_look(self) -> tuple[datetime, float]:
        before = self._monotonic()
        moment = self._look()
        return moment, (before + self._monotonic()) / 2


class ClockBackwardsError(ValueError):
    """A clock that is set by hand only moves forward."""


class SetClock:
    """A clock that stands still until it is moved forward: for tests, replays and demonstrations."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = Lock()

    def now(self) -> datetime:
        return self._now

    def check(self, to: datetime) -> None:
        """Raise ClockBackwardsError for an instant that has passed."""
        if to < self._now:
            raise ClockBackwardsError(
                f"the clock stands at {instant_text(self._now)} and cannot go back to {instant_text(to)}"
            )

    def advance(self, to: datetime) -> None:
        """Move to an instant. Raises ClockBackwardsError for one that has passed."""
        with self._lock:
            self.check(to)
            self._now = to
