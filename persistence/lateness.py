"""How late the end of windows was recorded, and how long resources have stood in their states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, select

from persistence.history import HISTORY
from persistence.resources import RESOURCE
from workflows.words import WINDOW_EXPIRED


@dataclass(frozen=True, slots=True)
class Expiry:
    """The end of one window: when it fell due to be recorded, and when it was."""

    due_at: datetime
    recorded_at: datetime

    @property
    def late(self) -> timedelta:
        return self.recorded_at - self.due_at


def expiries(connection: Connection, since: datetime, limit: int) -> Sequence[Expiry]:
    """The window ends recorded since a moment, latest first, at most so many."""
    query = (
        select(RESOURCE.c.late_until, HISTORY.c.recorded_at)
        .join_from(HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id)
        .where(HISTORY.c.event == WINDOW_EXPIRED, HISTORY.c.recorded_at >= since)
        .order_by(HISTORY.c.recorded_at.desc())
        .limit(limit)
    )
    return [Expiry(*row) for row in connection.execute(query)]


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
