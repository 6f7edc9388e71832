"""What has fallen due: read from indexed columns, in portions, never by looking at every resource."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, case, func, select, update

from persistence import deliveries
from persistence.inbox import INBOX
from persistence.outbox import OUTBOX
from persistence.resources import RESOURCE
from workflows.decision import EffectKind
from workflows.intake import PARKED_FOR

#: Effects that the sweeps perform at their time; words to subscribers are delivered beside them.
CLOCKED = (EffectKind.PAY, EffectKind.ASK, EffectKind.REVIEW)


def expiries(connection: Connection, until: datetime, limit: int) -> list[str]:
    """Resources whose window's end is to be recorded at `until`, earliest first."""
    return _resources(connection, RESOURCE.c.expiry_due_at, until, limit)


def reminders(connection: Connection, until: datetime, limit: int) -> list[str]:
    """Resources whose window's end is to be announced at `until`, earliest first."""
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
        connection.execute(select(func.min(RESOURCE.c.expiry_due_at))).scalar(),
        connection.execute(select(func.min(RESOURCE.c.reminder_due_at))).scalar(),
        connection.execute(payouts).scalar(),
        None if oldest_parked is None else oldest_parked + PARKED_FOR,
        deliveries.earliest(connection) if telling else None,
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _resources(connection: Connection, column: "Column[datetime]", until: datetime, limit: int) -> list[str]:
    query = select(RESOURCE.c.id).where(column <= until).order_by(column, RESOURCE.c.id).limit(limit)
    return list(connection.execute(query).scalars())
