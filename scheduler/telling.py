"""Telling subscribers in a running service: a metronome of its own, and a lane for each hook that has something due.

A hook that answers slowly holds up its own lane and nothing else: no decision, no payout, and no other hook.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Final

import structlog

from scheduler.metronome import Metronome
from scheduler.sweeps import MOST_PORTIONS
from service.clockwork import PORTION
from service.desk import Desk
from service.hooks.delivery import MOST_AT_ONCE, deliver_due, hooks_due
from service.hooks.fan_out import fan_out

MOST_LANES: Final = 8
log = structlog.get_logger("refundry.scheduler")


class Telling:
    """Fans out at every beat, and has each hook's deliveries told in that hook's lane."""

    def __init__(self, desk: Desk, every_seconds: float = 1.0) -> None:
        self._desk = desk
        self.metronome = Metronome(self.beat, every_seconds)
        self._lanes = ThreadPoolExecutor(MOST_LANES, thread_name_prefix="refundry-hook")
        self._busy: set[str] = set()
        self._lock = Lock()
        self._stopping = False

    def start(self) -> None:
        self.metronome.start()

    def stop(self) -> None:
        """Let calls under way end, which takes no longer than a call may, and begin no new ones."""
        self._stopping = True
        self.metronome.stop()
        self._lanes.shutdown(wait=True, cancel_futures=True)

    def beat(self) -> None:
        """Fan out what was announced, and open a lane for each hook that has something due and none yet."""
        now = self._desk.clock.now()
        for _ in range(MOST_PORTIONS):
            if fan_out(self._desk, now, PORTION) < PORTION:
                break
        for hook_id in hooks_due(self._desk, now):
            with self._lock:
                if hook_id in self._busy:
                    continue
                self._busy.add(hook_id)
            self._lanes.submit(self._tell, hook_id)

    def _tell(self, hook_id: str) -> None:
        try:
            while not self._stopping and deliver_due(self._desk, self._desk.clock.now(), MOST_AT_ONCE, hook_id):
                pass
        except Exception:
            log.exception("telling_failed", hook_id=hook_id)
        finally:
            with self._lock:
                self._busy.discard(hook_id)
