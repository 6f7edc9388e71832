"""What has fallen due: read from indexed columns, in portions, never by looking at every resource.

What one replica works on the others leave alone: each takes the next that are free, and none waits for another.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, case, func, select, update

from persistence import deliveries, inbox, locks
from persistence.inbox import INBOX
from persistence.outbox import OUTBOX
from persistence.resources import RESOURCE
from workflows.decision import EffectKind
from workflows.intake import PARKED_FOR

#: Effects that the sweeps perform at their time; words to subscribers are delivered beside them.
CLOCKED = (EffectKind.PAY, EffectKind.ASK, EffectKind.REVIEW)

#: So many times what is wanted is looked at, because replicas that sweep at the same moment work on the first of it.
LOOKED_AT: Final = 4


def expiries(connection: Connection, until: datetime, limit: int) -> list[str]:
    """Resources whose window's end is to be recorded at `until`, earliest first, that nobody else works on; locked."""
    return _resources(connection, RESOURCE.c.expiry_due_at, until, limit)


def reminders(connection: Connection, until: datetime, limit: int) -> list[str]:
    """Resources whose window's end is to be announced at `until`, earliest first, that nobody else works on; locked."""
    return _resources(connection, RESOURCE.c.reminder_due_at, until, limit)


def reminded(connection: Connection, ids: Collection[str]) -> None:
    """Note that these have been announced, or need not be."""
    connection.execute(update(RESOURCE).where(RESOURCE.c.id.in_(ids)).values(reminder_due_at=None))


def earliest(connection: Connection, *, telling: bool = True) -> datetime | None:
    """The instant at which the next thing falls due, words to subscribers among it; None if nothing ever will."""
    parked = select(func.min(INBOX.c.arrived_at)).where(INBOX.c.outcome == "parked")
    held_until = case((OUTBOX.c.leased_until > OUTBOX.c.due_at, OUTBOX.c.leased_until), else_=OUTBOX.c.due_at)
    payouts = select(func.min(held_until)).where(
        OUTBOX.c.kind.in_([kind.value for kind in CLOCKED]), OUTBOX.c.done_at.is_(None)
    )
    oldest_parked = connection.execute(parked).scalar()
    moments = [
        _first(connection, RESOURCE.c.expiry_due_at),
        _first(connection, RESOURCE.c.reminder_due_at),
        connection.execute(payouts).scalar(),
        None if oldest_parked is None else oldest_parked + PARKED_FOR,
        deliveries.earliest(connection) if telling else None,
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def parked(connection: Connection, arrived_until: datetime, limit: int) -> list[str]:
    """Subjects with an event that has been parked since then or longer, and that nobody else works on; locked."""
    return locks.unlocked(connection, inbox.subjects_parked_since(connection, arrived_until, LOOKED_AT * limit), limit)


def _first(connection: Connection, column: "Column[datetime]") -> datetime | None:
    """The earliest instant in a column; asked for what has one, or SQLite would look at every resource."""
    found: datetime | None = connection.execute(select(func.min(column)).where(column.is_not(None))).scalar()
    return found


def _resources(connection: Connection, column: "Column[datetime]", until: datetime, limit: int) -> list[str]:
    query = select(RESOURCE.c.id).where(column <= until).order_by(column, RESOURCE.c.id).limit(LOOKED_AT * limit)
    return locks.unlocked(connection, list(connection.execute(query).scalars()), limit)
