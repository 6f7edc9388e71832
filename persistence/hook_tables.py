"""The tables of outgoing hooks: who wants to be told, what is to be told them, and every try at telling."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from persistence.tables import BIG_KEY, one_of, partial

#: `waiting` is still to be told, `delivered` was taken, `dead` was given up.
DELIVERY_STATUSES = ("waiting", "delivered", "dead")


class HookRecord(SQLModel, table=True):
    """A subscription: where to tell what. The newest of `secrets` comes first; others are signed with for a while."""

    __tablename__ = "hook"
    __table_args__ = (CheckConstraint("enabled OR disabled_reason IS NOT NULL", name="hook_disabled_for_a_reason"),)

    id: str = Field(primary_key=True)
    url: str
    events: list[str] = Field(sa_column=Column(JSON, nullable=False))
    description: str
    secrets: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    enabled: bool
    disabled_reason: str | None = None
    failing_since: datetime | None = None
    created_at: datetime


class DeliveryRecord(SQLModel, table=True):
    """One event for one hook. `due_at` is when it may next be taken up: the next try, or the end of a lease."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        CheckConstraint(one_of("status", DELIVERY_STATUSES), name="delivery_status_known"),
        CheckConstraint("(finished_at IS NULL) = (status = 'waiting')", name="delivery_finished_or_waiting"),
        UniqueConstraint("hook_id", "outbox_id", name="delivery_once_per_hook"),
        partial("delivery_due", "due_at", where="status = 'waiting'"),
        partial("delivery_dead", "finished_at", where="status = 'dead'"),
        Index("delivery_by_resource", "resource_id", "outbox_id"),
        partial("delivery_waiting", "hook_id", "due_at", where="status = 'waiting'"),
        partial("delivery_dead_by_hook", "hook_id", "outbox_id", where="status = 'dead'"),
        partial("delivery_taken", "hook_id", "finished_at", where="status = 'delivered'"),
        partial("delivery_order", "hook_id", "resource_id", "outbox_id", where="status = 'waiting'"),
    )

    id: str = Field(primary_key=True)
    hook_id: str = Field(sa_column=Column(ForeignKey("hook.id", ondelete="CASCADE"), nullable=False))
    outbox_id: int = Field(sa_type=BigInteger)
    webhook_id: str
    type: str
    resource_id: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    told_at: datetime
    created_at: datetime
    status: str
    tries: int
    due_at: datetime
    lease: str | None = None
    finished_at: datetime | None = None


class DeliveryAttemptRecord(SQLModel, table=True):
    """One try at a delivery: the status it was answered with, or what went wrong before there was any."""

    __tablename__ = "hook_attempt"
    __table_args__ = (Index("hook_attempt_by_delivery", "delivery_id"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    delivery_id: str = Field(sa_column=Column(ForeignKey("hook_delivery.id", ondelete="CASCADE"), nullable=False))
    started_at: datetime
    duration_ms: int
    status: int | None = None
    error: str | None = None
    answer: str
