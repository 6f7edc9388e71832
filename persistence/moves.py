"""How often resources have changed, by event and by the states it led from and to: from the running sums."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, union_all

from persistence.tallies import DELTA, TALLY, Kind, Place, hour_of
from workflows.history import Row


class Move(NamedTuple):
    """A change that resources of a product go through; `source` is None where it is their beginning."""

    product: str
    event: str
    source: str | None
    target: str


def place_of_move(product: str, row: Row) -> Place:
    """Where an applied row of history is counted; no event and no state has a blank in its name."""
    move = f"{row.event} {row.from_state or ''} {row.to_state}"
    return Place(Kind.MOVES, product, move, "", hour=hour_of(row.recorded_at))


def count(connection: Connection, since: datetime | None = None) -> Counter[Move]:
    """How often each change was recorded, in the hours and days that begin at a moment or later; None: ever."""
    rows = []
    for table in (TALLY, DELTA):
        query = select(table.c.product, table.c.state, table.c.number).where(table.c.kind == Kind.MOVES.value)
        rows.append(query if since is None else query.where(table.c.hour >= since))
    both = union_all(*rows).subquery()
    keys = (both.c.product, both.c.state)
    found: Counter[Move] = Counter()
    for product, told, number in connection.execute(select(*keys, func.sum(both.c.number)).group_by(*keys)):
        event, source, target = told.split(" ")
        found[Move(product, event, source or None, target)] = int(number)
    return found
