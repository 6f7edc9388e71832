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
        query = (
            select(HISTORY.c.recorded_at, RESOURCE.c.late_until)
            .join_from(HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id)
            .where(*recorded)
            .order_by(HISTORY.c.recorded_at.desc())
            .limit(most_each)
        )
        found.append(Expired(day.date(), number, [at - due for at, due in connection.execute(query)]))
    return found


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
        places = [max(ceil(rank * number), 1) - 1 for rank in ranks]
        entered = [_entered(connection, product, state, place, number) for place in places]
        found[product, state] = [max(at - moment, timedelta()) for moment in entered if moment is not None]
    return found


def _entered(connection: Connection, product: str, state: str, place: int, number: int) -> datetime | None:
    """When the one at a place, from the one that came last, entered its state; counted from whichever end is nearer."""
    backwards = place > number // 2
    order = RESOURCE.c.entered_at if backwards else RESOURCE.c.entered_at.desc()
    query = select(RESOURCE.c.entered_at).where(RESOURCE.c.product == product, RESOURCE.c.state == state)
    query = query.order_by(order).offset(number - 1 - place if backwards else place).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found
