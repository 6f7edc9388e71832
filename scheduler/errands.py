"""Errands: what people asked for that takes longer than a request can wait, gone on with beside everything else.

What is still to be done stands in the database. So whichever service is running goes on with it, and where several
are, they share it.
"""

import time
from collections.abc import Callable
from threading import Event
from typing import Final

import structlog

from scheduler.metronome import Metronome
from service import bulk
from service.desk import Desk

BEAT_SECONDS: Final = 5.0
#: Between two portions others get at the database. SQLite has one writer at a time, and whoever waits for its place
#: looks every 100 ms.
PAUSE_SECONDS: Final = 0.11
log = structlog.get_logger("refundry.scheduler")


class Errands:
    """At every beat, portion by portion, goes on with the bulk runs that the service goes on with by itself."""

    def __init__(self, desk: Desk, every_seconds: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._monotonic = monotonic
        self._stopping = Event()
        self.metronome = Metronome(self.beat, every_seconds)

    def start(self) -> None:
        self._stopping.clear()
        self.metronome.start()

    def stop(self) -> None:
        """Let the portion under way end."""
        self._stopping.set()
        self.metronome.stop()

    def beat(self) -> None:
        """A portion of each run in turn, for a few seconds at most: a beat that never ends would count as silent."""
        end = self._monotonic() + BEAT_SECONDS
        while (ids := bulk.at_work(self._desk)) and self._monotonic() < end:
            went_on = [self._go_on(run_id) for run_id in ids if not self._stopping.is_set()]
            if not any(went_on):
                return

    def _go_on(self, run_id: str) -> bool:
        """Whether it went on. What stops one run stops no other; it is tried again at the next beat."""
        try:
            bulk.go_on(self._desk, run_id)
        except Exception:
            log.exception("errand_failed", run=run_id)
            return False
        self._stopping.wait(PAUSE_SECONDS)
        return True
