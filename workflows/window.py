"""The refund window: when it ends, and how it looks at an instant.

Published rule: a request is accepted within 7 calendar days after the order is paid. Calendar days are counted as
Regulation (EEC, Euratom) 1182/71 counts them: the day of the payment is not counted, and the window ends with
the end of the last day, in the zone of the rules.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from workflows.words import Window

Convention = Literal["calendar_days", "exact"]
CONVENTIONS: Final[tuple[Convention, ...]] = ("calendar_days", "exact")


@dataclass(frozen=True, slots=True)
class WindowTerms:
    """How long the window is: `days` calendar days in `zone`, or days of exactly 24 hours."""

    days: int = 7
    convention: Convention = "calendar_days"
    zone: str = "UTC"

    def deadline_after(self, paid_at: datetime) -> datetime:
        """The first instant (UTC) at which it is too late for what was paid at `paid_at`."""
        if self.convention == "exact":
            return paid_at + timedelta(days=self.days)
        paid_on = paid_at.astimezone(ZoneInfo(self.zone)).date()
        return end_of_day(paid_on + timedelta(days=self.days), self.zone)


@lru_cache(maxsize=4096)
def end_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) from which on the local calendar has left `day` behind.

    Where clocks jump across midnight this is the jump itself; where they are turned back across it, the second
    midnight. Found by halving, because a zone may skip or repeat any hour, or a whole day.
    """
    local = ZoneInfo(zone)
    guess = datetime.combine(day, time(), UTC)
    before, after = guess - timedelta(days=2), guess + timedelta(days=4)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        middle = max(middle, before + timedelta(seconds=1))
        if middle.astimezone(local).date() > day:
            after = middle
        else:
            before = middle
    return _second_midnight(day, local, after) or after


def _second_midnight(day: date, local: ZoneInfo, found: datetime) -> datetime | None:
    midnight = datetime.combine(day + timedelta(days=1), time(), local)
    repeated = midnight.replace(fold=1).astimezone(UTC)
    was_still_today = (repeated - timedelta(seconds=1)).astimezone(local).date() <= day
    return repeated if repeated > found and was_still_today else None


def window_at(at: datetime, deadline_at: datetime, claimed_at: datetime | None) -> Window:
    """The window as the clock decides it, whether or not a sweep has recorded its end."""
    if claimed_at is not None:
        return Window.CLAIMED
    return Window.OPEN if at < deadline_at else Window.CLOSED
