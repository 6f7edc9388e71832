"""A month of history, inbox and outbox put away: what stands in its way, what is kept in its place, and the doing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, or_, select, text

from persistence import anchors, history, months
from persistence.anchors import ANCHOR, MONTH_PUT_AWAY
from persistence.history import HISTORY
from persistence.inbox import INBOX, WAIT, WAITED, WAITING
from persistence.months import MONTHLY, Month
from persistence.outbox import OUTBOX
from persistence.resources import REFUND, RESOURCE
from persistence.tables import OPEN_REFUNDS
from workflows.putting_away import opening_behind

#: So many resources' rows are in memory while what they amount to is worked out.
PORTION: Final = 500
TABLES: Final[dict[str, Table]] = {"history": HISTORY, "inbox": INBOX, "outbox": OUTBOX}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a month in one table, and their size on disk with the indexes.

    `place`: `partition`, or `default` where the month has no table of its own, or `detached`.
    """

    table: str
    month: Month
    rows: int
    size_bytes: int
    place: str


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What of a month is not done with: unresolved events, effects to come, and resources that are not at rest."""

    unresolved: int
    undone: int
    restless: int
    example: str | None


def parts(connection: Connection) -> list[Part]:
    """Every month of every table that is there, by month; of a default partition, only months with rows."""
    found = [part for table in MONTHLY for part in _parts(connection, table)]
    return sorted(found, key=lambda part: (part.month, list(MONTHLY).index(part.table), part.place))


def months_gone(connection: Connection) -> list[Month]:
    """The months that were put away, in order."""
    query = select(MONTH_PUT_AWAY.c.month).order_by(MONTH_PUT_AWAY.c.month)
    return [Month.parsed(told) for told in connection.execute(query).scalars()]


def months_with_rows(connection: Connection) -> list[Month]:
    """The months of which there are rows, in order."""
    found = {month for table in MONTHLY for month in months.months_in_default(connection, table)}
    for name, table in TABLES.items():
        for month in months.partitions(connection, name):
            if month not in found and connection.execute(select(table).where(within(table, month)).limit(1)).first():
                found.add(month)
    return sorted(found)


def keep_still(connection: Connection, month: Month) -> None:
    """Wait for those who still write history of a month, and let nobody else begin to.

    Inbox and outbox are not locked so early: an UPDATE of either takes hold of every month, and would wait here while
    it holds what `months.hold_wholly` needs.
    """
    name = f"history_{month.suffix}" if month in months.partitions(connection, "history") else "history_default"
    connection.execute(text(f"LOCK TABLE {name} IN SHARE MODE"))


def in_the_way(connection: Connection, month: Month, now: datetime) -> InTheWay:
    """What keeps a month here, as of an instant."""
    told_of = select(HISTORY.c.resource_id).where(within(HISTORY, month))
    query = select(func.count(), func.min(RESOURCE.c.id)).where(RESOURCE.c.id.in_(told_of), _restless(now))
    return InTheWay(*not_done(connection, month), *connection.execute(query).one())


def not_done(connection: Connection, month: Month) -> tuple[int, int]:
    """How many events of a month are unresolved, and how many effects are to come."""
    unresolved = _number(connection, INBOX, within(INBOX, month), WAITING)
    return unresolved, _number(connection, OUTBOX, within(OUTBOX, month), OUTBOX.c.done_at.is_(None))


def rows_of(connection: Connection, month: Month) -> dict[str, int]:
    """How many rows of a month each table has. Of inbox and outbox that may still grow, by a clock that is set back."""
    return {name: _number(connection, table, within(table, month)) for name, table in TABLES.items()}


def anchor(connection: Connection, month: Month, now: datetime) -> int:
    """Keep what each resource's rows up to the end of a month amount to. Returns of how many resources it had rows.

    Raises UnsoundError where rows do not go on from what was put away before.
    """
    rows = history.kept(connection, within(HISTORY, month))
    each = groupby(rows, attrgetter("resource_id"))
    lives = ((resource_id, list(some)) for resource_id, some in each)
    number = 0
    while some := dict(islice(lives, PORTION)):
        before = anchors.openings(connection, list(some))
        behind = (opening_behind(before.get(one), rows, str(month), month.end) for one, rows in some.items())
        anchors.store(connection, list(behind), now)
        number += len(some)
    return number


def detach(connection: Connection, month: Month, rows: Mapping[str, int], now: datetime) -> None:
    """Take a month out of every table that has it, and note that; `rows` is how many each had.

    Everybody else must be kept off the tables.
    """
    known_from = _known_from(connection, month)
    waits = [WAIT.c[name] for name in ("subject", "arrival", "arrived_at", "resolved_at")]
    waited = select(*(INBOX.c[column.name] for column in waits)).where(within(INBOX, month), WAITED)
    connection.execute(insert(WAIT).from_select(waits, waited))
    for table in MONTHLY:
        if months.is_in_default(connection, table, month):
            months.make(connection, table, month)
        if month in months.partitions(connection, table):
            months.detach(connection, table, month)
    noted: dict[str, Any] = {f"{name}_rows": number for name, number in rows.items()}
    noted |= {"month": str(month), "known_from": known_from, "put_away_at": now}
    connection.execute(insert(MONTH_PUT_AWAY), [noted])


def within(table: Table, month: Month) -> ColumnElement[bool]:
    column = table.c[MONTHLY[table.name]]
    return and_(column >= month.start, column < month.end)


def _restless(now: datetime) -> ColumnElement[bool]:
    """That a resource may still change by itself: its window is open, a refund is, or an event of it waits."""
    opened = select(REFUND.c.resource_id).where(
        REFUND.c.resource_id == RESOURCE.c.id, REFUND.c.status.in_(OPEN_REFUNDS)
    )
    return or_(
        RESOURCE.c.expiry_due_at.is_not(None), RESOURCE.c.late_until > now, RESOURCE.c.unresolved > 0, opened.exists()
    )


def _known_from(connection: Connection, month: Month) -> datetime:
    """From when on nothing of the past hangs on single rows of a month: the end of it, and of what happened in it."""
    happened = connection.execute(select(func.max(ANCHOR.c.occurred_at)).where(ANCHOR.c.month == str(month))).scalar()
    return month.end if happened is None else max(month.end, happened)


def _number(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _parts(connection: Connection, table: str) -> Iterator[Part]:
    for month in months.partitions(connection, table):
        yield _part(connection, table, month, f"{table}_{month.suffix}", "partition")
    for month in months.months_in_default(connection, table):
        yield Part(table, month, _number(connection, TABLES[table], within(TABLES[table], month)), 0, "default")
    for month in months_gone(connection):
        name = f"{table}_{month.suffix}"
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
            yield _part(connection, table, month, name, "detached")


def _part(connection: Connection, table: str, month: Month, name: str, place: str) -> Part:
    query = text(f"SELECT (SELECT count(*) FROM {name}), pg_total_relation_size(CAST(:name AS regclass))")
    rows, size = connection.execute(query, {"name": name}).one()
    return Part(table, month, rows, size, place)
