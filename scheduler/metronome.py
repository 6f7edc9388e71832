"""The one home of APScheduler: a metronome that calls one function, and a watchdog that notices when it is silent.

The scheduler remembers nothing and holds no job per resource: what is due stands in the database. Its beat follows
the machine's wall clock, which can be turned back; so silence is judged on the monotonic clock, and ended by
starting it anew.
"""

import logging
import time
from collections.abc import Callable
from threading import Event, Lock, Thread

import structlog
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

logging.getLogger("apscheduler").setLevel(logging.ERROR)
log = structlog.get_logger("refundry.scheduler")


class Metronome:
    """Calls `tick` every so many seconds, never twice at once, whatever a tick raises.

    It counts as silent when no tick has completed for `silent_after_seconds`, or for three beats where those are
    longer, on the monotonic clock.
    """

    def __init__(
        self,
        tick: Callable[[], object],
        every_seconds: float = 1.0,
        silent_after_seconds: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tick = tick
        self._every = every_seconds
        self._silent_after = max(silent_after_seconds, 3 * every_seconds)
        self._monotonic = monotonic
        self._last = self._started = monotonic()
        self._ticking = Lock()
        self._scheduler: BackgroundScheduler | None = None
        self._lock = Lock()
        self._stopping = Event()
        self._watchdog: Thread | None = None
        self.restarts = 0

    def start(self) -> None:
        self._stopping.clear()
        self._last = self._monotonic()
        self._start_scheduler()
        self._watchdog = Thread(target=self._watch, name="refundry-watchdog", daemon=True)
        self._watchdog.start()

    def stop(self) -> None:
        """Let a running tick end, then stop."""
        self._stopping.set()
        if self._watchdog is not None:
            self._watchdog.join()
        with self._lock:
            if self._scheduler is not None:
                self._scheduler.pause()
                self._scheduler.shutdown(wait=True)
                self._scheduler = None

    @property
    def silent_for_seconds(self) -> float:
        """Seconds since a tick last completed."""
        return self._monotonic() - self._last

    @property
    def is_silent(self) -> bool:
        return self.silent_for_seconds > self._silent_after

    def check(self) -> bool:
        """Start the scheduler anew if it has been silent for too long. Returns whether it was.

        One started anew gets as much time for its first tick before it is given up in its turn.
        """
        if not self.is_silent or self._monotonic() - self._started <= self._silent_after:
            return False
        log.error("scheduler_silent", seconds=round(self.silent_for_seconds, 1))
        with self._lock:
            old, self._scheduler = self._scheduler, None
        if old is not None:
            old.shutdown(wait=False)
        self._start_scheduler()
        self.restarts += 1
        return True

    def _start_scheduler(self) -> None:
        scheduler = BackgroundScheduler(jobstores={"default": MemoryJobStore()}, timezone="UTC")
        scheduler.add_job(
            self._beat, "interval", seconds=self._every, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        scheduler.start()
        with self._lock:
            self._scheduler = scheduler
            self._started = self._monotonic()

    def _beat(self) -> None:
        if not self._ticking.acquire(blocking=False):
            return  # the tick of a scheduler that was given up still runs
        try:
            self._tick()
        except Exception:
            log.exception("tick_failed")
        else:
            self._last = self._monotonic()
        finally:
            self._ticking.release()

    def _watch(self) -> None:
        while not self._stopping.wait(self._silent_after / 4):
            self.check()
