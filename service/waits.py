"""How long to wait before asking again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTES = (1, 2, 5, 15, 30, 30, 30, 30, 60)


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits between one try and the next; the last of them is repeated."""

    steps: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in MINUTES)

    def after(self, tries: int, now: datetime) -> datetime:
        """When to try again after so many tries."""
        return now + self.steps[min(max(tries, 1), len(self.steps)) - 1]
