"""Whether the service keeps time: how its schedulers stand, as people are told it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from entrypoints.http.state import Wired
from scheduler.metronome import Metronome


@dataclass(frozen=True, slots=True)
class Scheduler:
    """What a scheduler does, how long it has been silent where that is too long, and how often it began anew."""

    does: str
    silent: timedelta | None
    restarts: int


def schedulers(here: Wired) -> list[Scheduler]:
    """Those that run in this process; none under a test clock."""
    return [
        Scheduler(does, timedelta(seconds=one.silent_for_seconds) if one.is_silent else None, one.restarts)
        for does, one in _running(here)
    ]


def _running(here: Wired) -> Iterator[tuple[str, Metronome]]:
    if here.metronome is not None:
        yield "Decides and pays", here.metronome
    if here.telling is not None:
        yield "Tells subscribers", here.telling.metronome
