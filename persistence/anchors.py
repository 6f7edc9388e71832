"""What stands in place of history that was put away: the opening of each resource's history, and up to when."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select

from persistence.month_tables import HistoryAnchorRecord, MonthPutAwayRecord
from persistence.months import Month
from persistence.portions import portions
from persistence.tables import table_of
from workflows.history import PUT_AWAY, Opening, PutAwayError, after_row
from workflows.instants import instant_text
from workflows.words import REFUNDRY, Outcome

ANCHOR = table_of(HistoryAnchorRecord)
MONTH_PUT_AWAY = table_of(MonthPutAwayRecord)


def opening(connection: Connection, resource_id: str) -> Opening | None:
    """The opening of a resource's history; None of one that is whole."""
    return those_where(connection, ANCHOR.c.resource_id == resource_id).get(resource_id)


def openings(connection: Connection, resource_ids: Collection[str]) -> dict[str, Opening]:
    """The openings of those among these resources whose histories are not whole."""
    found: dict[str, Opening] = {}
    for some in portions(resource_ids):
        found |= those_where(connection, ANCHOR.c.resource_id.in_(some))
    return found


def those_where(connection: Connection, condition: ColumnElement[bool]) -> dict[str, Opening]:
    """The openings of which a condition holds."""
    return {row["resource_id"]: _opening(row) for row in connection.execute(select(ANCHOR).where(condition)).mappings()}


def store(connection: Connection, made: Iterable[Opening], now: datetime) -> None:
    """Keep these openings, each in the place of the one its resource had before."""
    rows = [_record(one, now) for one in made]
    for some in portions([row["resource_id"] for row in rows]):
        connection.execute(delete(ANCHOR).where(ANCHOR.c.resource_id.in_(some)))
    if rows:
        connection.execute(insert(ANCHOR), rows)


def last_month(connection: Connection) -> str | None:
    """The last month that was put away, such as 2026-01; None where none was."""
    found: str | None = connection.execute(select(func.max(MONTH_PUT_AWAY.c.month))).scalar()
    return found


def kept_since(connection: Connection) -> datetime | None:
    """From when on history is here, by when it was recorded; None where all of it is."""
    month = last_month(connection)
    return None if month is None else Month.parsed(month).end


def check_known(connection: Connection, at: datetime) -> None:
    """Raise PutAwayError where how things stood at a past moment cannot be told any more."""
    known_from: datetime | None = connection.execute(select(func.max(MONTH_PUT_AWAY.c.known_from))).scalar()
    if known_from is not None and at < known_from:
        raise PutAwayError(
            f"nothing can be said as of {instant_text(at)}: the months up to {last_month(connection)} are put away; "
            f"ask as of {instant_text(known_from)} or later"
        )


def _opening(row: RowMapping) -> Opening:
    return Opening(
        resource_id=row["resource_id"],
        seq=row["seq"],
        event=PUT_AWAY,
        outcome=Outcome.APPLIED,
        from_state=None,
        to_state=row["state"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        actor=REFUNDRY,
        source=REFUNDRY,
        event_id=f"{row['resource_id']}:{PUT_AWAY}",
        data={**row["content"]["data"], "refunds": row["refunds"]},
        changes=row["content"]["changes"],
        reasons=(),
        definition=row["definition"],
        previous_hash="",
        hash=row["hash"],
    )


def _record(one: Opening, now: datetime) -> dict[str, Any]:
    resource = after_row(None, one)
    return {
        "resource_id": one.resource_id,
        "month": one.data["month"],
        "seq": one.seq,
        "hash": one.hash,
        "state": one.to_state,
        "entered_at": resource.entered_at,
        "claimed_at": resource.claimed_at,
        "occurred_at": one.occurred_at,
        "recorded_at": one.recorded_at,
        "definition": one.definition,
        "content": {
            "changes": dict(one.changes),
            "data": {name: value for name, value in one.data.items() if name != "refunds"},
        },
        "refunds": list(one.refunds),
        "anchored_at": now,
    }
