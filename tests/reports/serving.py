"""The service over a desk, for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from scheduler.metronome import Metronome
from service.clock import SetClock
from service.desk import Desk
from tests.robustness.services import InThread


@contextmanager
def served_alone(desk: Desk, clock: SetClock) -> Iterator[httpx.Client]:
    """With a metronome that only beats, so that it has something to say of it."""
    service = InThread(Wired(desk, Settings(), Metronome(lambda: None), clock))
    try:
        yield service.client
    finally:
        service.stop()
