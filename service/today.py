"""How it stands today: what needs a person, what became of refunds, what may still go out, whether it keeps time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persistence import lateness, stock, switches, tallies
from persistence.switches import Turning
from persistence.tallies import AN_HOUR, Kind, hour_of
from service import reports
from service.desk import Desk
from service.exposure import Exposure, exposures
from service.needs import Needs, needs
from service.reports import Happened, Wanted

#: The hours looked back over, the one under way included.
HOURS: Final = 24
#: Window ends recorded later than this are late; the alert on overdue work uses the same limit.
LATE_AFTER: Final = timedelta(minutes=15)
#: Lateness is judged on so many window ends, the latest.
MOST_EXPIRIES: Final = 500


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How late the latest window ends were recorded: late is the time from falling due to being recorded."""

    number: int
    median: timedelta
    worst: timedelta

    @property
    def kept(self) -> bool:
        return self.worst <= LATE_AFTER


@dataclass(frozen=True, slots=True)
class Today:
    """Everything as of one instant; `hours` are the beginnings of those that `moves` are counted by.

    `punctuality` is None where no window has ended within these hours.
    """

    at: datetime
    hours: Sequence[datetime]
    needs: Needs
    moves: Sequence[Happened]
    exposures: Sequence[Exposure]
    punctuality: Punctuality | None
    stopped: Sequence[Turning]
    resources: int


def today(desk: Desk) -> Today:
    """How it stands now, from running sums and from what waits."""
    now = desk.clock.now()
    hours = [hour_of(now) - AN_HOUR * back for back in reversed(range(HOURS))]
    with desk.store.reading() as connection:
        standing = stock.at(connection, now)
        refunds = tallies.read(connection, Kind.REFUNDS)
        late = lateness.latest(connection, hours[0], now + AN_HOUR, MOST_EXPIRIES)
        found = needs(connection, standing, now)
        stopped = switches.stopped(connection)
    return Today(
        at=now,
        hours=hours,
        needs=found,
        moves=reports.refunds(desk, Wanted(), hours[0], hourly=True),
        exposures=exposures(standing, refunds),
        punctuality=_punctuality(late),
        stopped=stopped,
        resources=sum(one.count for one in standing),
    )


def _punctuality(spans: list[timedelta]) -> Punctuality | None:
    in_order = sorted(spans)
    return Punctuality(len(spans), reports.ranked(in_order, 50), in_order[-1]) if in_order else None
