"""The slider that leads into the past: how far back it reaches and in which steps, and where on it a moment lies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
HOURLY_FOR: Final = timedelta(days=14)
FURTHEST: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Timescale:
    """Steps of whole hours or days (UTC) back from now; step 0 is now."""

    now: datetime
    step: timedelta
    steps: int

    @property
    def seconds(self) -> int:
        return self.step // timedelta(seconds=1)

    @property
    def top(self) -> datetime:
        """The full hour or day under way, from which the steps are counted."""
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        return hour if self.step == AN_HOUR else hour.replace(hour=0)

    def moment(self, back: int) -> datetime | None:
        """The moment so many steps back; None: now."""
        return None if back <= 0 else self.top - (min(back, self.steps) - 1) * self.step

    def place(self, at: datetime | None) -> int:
        """How many steps back a moment lies, the nearest that there is."""
        if at is None or at >= self.now:
            return 0
        return min(max(round((self.top - at) / self.step), 0) + 1, self.steps)


def timescale(now: datetime, began: datetime | None) -> Timescale:
    """Back to when everything began: by the hour for two weeks, by the day beyond, for a year at most."""
    span = min(now - (began or now), FURTHEST)
    step = AN_HOUR if span <= HOURLY_FOR else A_DAY
    return Timescale(now, step, max(span // step, 0) + 2)
