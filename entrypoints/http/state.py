"""What the routes find on the application."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from entrypoints.door import Door
from entrypoints.http.meters import Meters
from entrypoints.settings import Settings
from scheduler.errands import Errands
from scheduler.metronome import Metronome
from scheduler.telling import Telling
from service.clock import SetClock
from service.desk import Desk


@dataclass(frozen=True, slots=True)
class Wired:
    """The desk and what runs beside it. With a `test_clock` nothing falls due by itself."""

    desk: Desk
    settings: Settings
    metronome: Metronome | None = None
    test_clock: SetClock | None = None
    clock_lock: Lock = field(default_factory=Lock)
    telling: Telling | None = None
    errands: Errands | None = None
    meters: Meters = field(default_factory=Meters)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "door", Door(self.desk, self.settings.most_waiting_events))


def wired(request: Request) -> Wired:
    found: Wired = request.app.state.wired
    return found


WiredHere = Annotated[Wired, Depends(wired)]
