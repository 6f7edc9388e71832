"""How long to wait before asking again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.instants import parse_duration

MINUTES = (1, 2, 5, 15, 30, 30, 30, 30, 60)


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits between one try and the next; the last of them is repeated."""

    steps: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in MINUTES)

    @classmethod
    def parsed(cls, told: str) -> "Waits":
        """Waits from a list such as `1m, 5m, 1h`. Raises ValueError for what is no list of durations above zero."""
        steps = tuple(parse_duration(step.strip()) for step in told.split(","))
        if not all(steps):
            raise ValueError(f"{told!r} has a wait of nothing")
        return cls(steps)

    def after(self, tries: int, now: datetime) -> datetime:
        """When to try again after so many tries."""
        return now + self.steps[min(max(tries, 1), len(self.steps)) - 1]
