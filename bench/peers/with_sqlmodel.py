"""SQLModel's session, a row at a time: take up a window that is due, change it, add its row of history, commit."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from persistence.tables import HistoryRecord, ResourceRecord

SOURCE = "by-session"


def close_windows(engine: Engine, number: int, now: datetime) -> None:
    """Close so many windows, those that fell due first."""
    due = select(ResourceRecord).where(col(ResourceRecord.expiry_due_at) <= now)
    first = due.order_by(col(ResourceRecord.expiry_due_at), col(ResourceRecord.id)).limit(1)
    with Session(engine) as session:
        for _ in range(number):
            one = session.exec(first).one()
            session.add(_row(one, now))
            session.commit()


def _row(one: ResourceRecord, now: datetime) -> HistoryRecord:
    """What the row holds is ready-made; its hash is only as long as one is."""
    previous, one.head, one.seq = one.head, one.head[::-1], one.seq + 1
    one.expired, one.expiry_due_at = True, None
    return HistoryRecord(
        resource_id=one.id,
        seq=one.seq,
        event="refund_window.expired",
        outcome="applied",
        from_state=one.state,
        to_state=one.state,
        occurred_at=one.deadline_at,
        recorded_at=now,
        actor="refundry",
        source=SOURCE,
        event_id=f"{one.id}:refund_window.expired",
        data={},
        changes={"expired": True},
        reasons=[],
        definition="",
        previous_hash=previous,
        hash=one.head,
    )
