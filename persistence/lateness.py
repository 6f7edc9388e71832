"""How late the end of windows was recorded, and how long resources have stood in their states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import Connection, func, select

from persistence.history import HISTORY
from persistence.resources import RESOURCE
from persistence.tallies import day_of
from workflows.words import WINDOW_EXPIRED

A_DAY: Final = timedelta(days=1)
_ENDED: Final = HISTORY.c.event == WINDOW_EXPIRED


@dataclass(frozen=True, slots=True)
class Expired:
    """The ends of windows that were recorded on one day (UTC): how many, and how late some of them were."""

    day: date
    number: int
    late: Sequence[timedelta]


def expired(connection: Connection, since: datetime, most_each: int) -> list[Expired]:
    """The days since a moment on which ends were recorded, latest first; of each at most so many, the last recorded.

    Late is the time from when an end fell due to be recorded until it was.
    """
    found: list[Expired] = []
    until: datetime | None = None
    while (day := _last_day(connection, since, until)) is not None:
        until = day
        recorded = (_ENDED, HISTORY.c.recorded_at >= day, HISTORY.c.recorded_at < day + A_DAY)
        number = connection.execute(select(func.count()).select_from(HISTORY).where(*recorded)).scalar_one()
        found.append(Expired(day.date(), number, latest(connection, day, day + A_DAY, most_each)))
    return found


def latest(connection: Connection, since: datetime, until: datetime, limit: int) -> list[timedelta]:
    """How late the ends of windows were that were recorded between two moments, the last first, at most so many."""
    query = (
        select(HISTORY.c.recorded_at, RESOURCE.c.late_until)
        .join_from(HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id)
        .where(_ENDED, HISTORY.c.recorded_at >= since, HISTORY.c.recorded_at < until)
        .order_by(HISTORY.c.recorded_at.desc())
        .limit(limit)
    )
    return [at - due for at, due in connection.execute(query)]


def _last_day(connection: Connection, since: datetime, until: datetime | None) -> datetime | None:
    """The beginning of the last day before `until` on which an end was recorded, looking back to `since`."""
    query = select(HISTORY.c.recorded_at).where(_ENDED, HISTORY.c.recorded_at >= since)
    query = query if until is None else query.where(HISTORY.c.recorded_at < until)
    last = connection.execute(query.order_by(HISTORY.c.recorded_at.desc()).limit(1)).scalar()
    return None if last is None else day_of(last)


def dwells(
    connection: Connection, numbers: Mapping[tuple[str, str], int], at: datetime, ranks: Sequence[float]
) -> dict[tuple[str, str], list[timedelta]]:
    """How long the resources of each product and state have stood there, at these ranks from 0 to 1 (nearest rank).

    `numbers` says how many there are of each; each rank is then one place in an index.
    """
    found: dict[tuple[str, str], list[timedelta]] = {}
    for (product, state), number in numbers.items():
        entered = [_entered(connection, product, state, max(ceil(rank * number), 1), number) for rank in ranks]
        found[product, state] = [max(at - moment, timedelta()) for moment in entered if moment is not None]
    return found


def _entered(connection: Connection, product: str, state: str, place: int, number: int) -> datetime | None:
    """When the resource at a place among so many entered its state, counted from 1, the one that came last.

    It is looked for from the end of the index that is nearer.
    """
    entered, from_first = RESOURCE.c.entered_at, number - place
    late = place - 1 <= from_first
    query = (
        select(entered)
        .where(RESOURCE.c.product == product, RESOURCE.c.state == state)
        .order_by(entered.desc() if late else entered)
        .offset(place - 1 if late else from_first)
        .limit(1)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found
