"""The tables, and the constraints that carry what must always hold, whoever writes.

Rows are never built from outside data directly: commands are checked in `workflows` first. Amounts are minor units,
instants aware UTC, states texts under a CHECK. JSON stands in plain JSON columns (never JSONB), because history
is hashed as it was written.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    func,
    text,
)
from sqlmodel import Field, SQLModel

from workflows.decision import EffectKind
from workflows.words import (
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    STATES,
    Availability,
    RefundStatus,
)

BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
OPEN_REFUNDS = (RefundStatus.IN_REVIEW, RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT)
PAID_REFUNDS = (RefundStatus.SUCCEEDED, RefundStatus.REVERSED)
#: What resources share that lie on one shelf (see `persistence.shelves`).
SHELF = ("product", "state", "before_deadline", "from_deadline", "expired")
INBOX_OUTCOMES = ("applied", "refused", "parked", "dead", "discarded", "rejected")


def by_prefix(column: str) -> dict[str, Any]:
    """Options of an index by which texts are found by how they begin; PostgreSQL needs to be told."""
    return {"postgresql_ops": {column: "text_pattern_ops"}}


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows of which a condition holds."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column asked of what was found otherwise: so much shares its values that no index of it is to be used."""
    return func.coalesce(column, "")


def one_of(column: str, values: Iterable[str]) -> str:
    """The SQL text of "the column holds one of these"; equally good for a CHECK and a partial index.

    Not said by IN: SQLite would put the values in order anew for every row that is written.
    """
    return f"({' OR '.join(f'{column} = {str(value)!r}' for value in values)})"


#: What people decide, as events of history; a refund is also declined by itself, by the actor `refundry`.
BY_PEOPLE = (REFUND_APPROVED, REFUND_DECLINED, REFUND_OVERRIDE)


class RulesRecord(SQLModel, table=True):
    """A version of the refund terms, kept word for word for as long as any resource is pinned to it."""

    __tablename__ = "rules_version"

    version: str = Field(primary_key=True)
    effective_from: datetime = Field(unique=True)
    text: str
    digest: str
    loaded_at: datetime


class ProductStateRecord(SQLModel, table=True):
    """Which states each product has, as its definition says; written at every upgrade, referred to by resources."""

    __tablename__ = "product_state"

    product: str = Field(primary_key=True)
    state: str = Field(primary_key=True)


class DefinitionRecord(SQLModel, table=True):
    """A machine definition that has decided here, by the content hash that stands in each row of history it decided."""

    __tablename__ = "machine_definition"

    hash: str = Field(primary_key=True)
    machine: str
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    loaded_at: datetime


class ResourceRecord(SQLModel, table=True):
    """A resource as it stands: the fold of its history, and what follows from it for queries.

    `before_deadline` and `from_deadline` are its availability on either side of the deadline, each with the amount its
    answer names: which of the two holds is decided by the instant asked about, so neither goes stale.
    """

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="resource_state_known"),
        CheckConstraint(one_of("before_deadline", Availability), name="resource_before_deadline_known"),
        CheckConstraint(one_of("from_deadline", Availability), name="resource_from_deadline_known"),
        CheckConstraint("cash_minor >= 0 AND coupon_minor >= 0", name="resource_money_positive"),
        CheckConstraint("paid_out_minor >= 0 AND paid_out_minor <= cash_minor", name="resource_paid_out_within_cash"),
        CheckConstraint("seq >= 1 AND unresolved >= 0", name="resource_counts_positive"),
        ForeignKeyConstraint(
            ["product", "state"], ["product_state.product", "product_state.state"], name="resource_state_of_product"
        ),
        Index("resource_by_order", "order_id", **by_prefix("order_id")),
        Index("resource_by_account", "account_id", **by_prefix("account_id")),
        Index("resource_by_id_prefix", "id", **by_prefix("id")),
        Index("resource_by_product_state", "product", "state", "entered_at"),
        Index("resource_by_deadline", "deadline_at", "id"),
        Index("resource_by_product_payment", "product", "paid_at"),
        Index(
            "resource_shelved_by_deadline",
            *SHELF,
            "deadline_at",
            "id",
            "claimed_at",
            "currency",
            "cash_minor",
            "paid_at",
        ),
        Index(
            "resource_shelved_by_payment",
            *SHELF,
            "paid_at",
            "id",
            "deadline_at",
            "claimed_at",
            "currency",
            "cash_minor",
        ),
        Index(
            "resource_shelved_by_cash", *SHELF, "currency", "cash_minor", "id", "deadline_at", "claimed_at", "paid_at"
        ),
        partial("resource_uncounted", "id", where="before_minor IS NULL"),
        partial("resource_expiry_due", "expiry_due_at", where="expiry_due_at IS NOT NULL"),
        partial("resource_reminder_due", "reminder_due_at", where="reminder_due_at IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    product: str
    state: str
    entered_at: datetime
    order_id: str
    account_id: str
    currency: str
    cash_minor: int = Field(sa_type=BigInteger)
    coupon_minor: int = Field(sa_type=BigInteger)
    paid_out_minor: int = Field(default=0, sa_type=BigInteger)
    provider: str
    reference: str
    promotion: str | None = None
    paid_at: datetime
    rules_version: str = Field(foreign_key="rules_version.version")
    deadline_at: datetime
    late_until: datetime
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    remedied_at: datetime | None = None
    claimed_at: datetime | None = None
    expired: bool = False
    last_use: str | None = None
    refund_id: str | None = None
    seq: int
    head: str
    unresolved: int = 0
    before_deadline: str
    before_minor: int = Field(sa_type=BigInteger)
    from_deadline: str
    from_minor: int = Field(sa_type=BigInteger)
    expiry_due_at: datetime | None = None
    reminder_due_at: datetime | None = None


class RefundRecord(SQLModel, table=True):
    """One attempt to give money back. The database refuses a second open one, and a second paid one, of a resource.

    What it shares with its payment stands in it too, so that lists of refunds are narrowed within one index.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(one_of("status", RefundStatus), name="refund_status_known"),
        CheckConstraint("amount_minor >= 0", name="refund_amount_positive"),
        partial("refund_one_open", "resource_id", where=one_of("status", OPEN_REFUNDS), unique=True),
        partial("refund_one_paid", "resource_id", where=one_of("status", PAID_REFUNDS), unique=True),
        Index("refund_by_resource", "resource_id"),
        Index("refund_by_request", "requested_at", "id", "status", "product", "currency", "provider"),
        Index("refund_by_status", "status", "requested_at", "id", "product", "currency", "provider"),
        Index("refund_by_account", "account_id", "requested_at", "id", "status", "product", "currency", "provider"),
        Index("refund_by_id_prefix", "id", **by_prefix("id")),
    )

    id: str = Field(primary_key=True)
    resource_id: str = Field(foreign_key="resource.id")
    status: str
    amount_minor: int = Field(sa_type=BigInteger)
    destination: str
    origin: str
    partial: bool
    requested_by: str
    requested_at: datetime
    decided_by: str | None = None
    note: str | None = None
    override: bool = False
    product: str = Field(sa_column_kwargs={"server_default": ""})
    currency: str = Field(sa_column_kwargs={"server_default": ""})
    provider: str = Field(sa_column_kwargs={"server_default": ""})
    account_id: str = Field(sa_column_kwargs={"server_default": ""})


class HistoryRecord(SQLModel, table=True):
    """A row of history. Triggers refuse every UPDATE and DELETE."""

    __tablename__ = "history"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ("applied", "refused")), name="history_outcome_known"),
        CheckConstraint(one_of("to_state", STATES), name="history_state_known"),
        partial("history_refused", "recorded_at", where="outcome = 'refused'"),
        partial("history_expired", "recorded_at", "event", where="event = 'refund_window.expired'"),
        partial("history_by_people", "recorded_at", where=one_of("event", BY_PEOPLE)),
        partial("history_by_person", "actor", "recorded_at", where=one_of("event", BY_PEOPLE)),
    )

    resource_id: str = Field(primary_key=True, foreign_key="resource.id")
    seq: int = Field(primary_key=True)
    event: str
    outcome: str
    from_state: str | None = None
    to_state: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: str
    event_id: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    changes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reasons: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    definition: str
    previous_hash: str
    hash: str


class InboxRecord(SQLModel, table=True):
    """An event as it was told, and what became of it.

    It was unresolved from `arrived_at` to `resolved_at`; `waited` marks those that were so for any time at all.
    Rejected are only parked events whose payment showed that they belong to another product: their ids are free again.
    That every other id is told once is held by `event_key`.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint(one_of("outcome", INBOX_OUTCOMES), name="inbox_outcome_known"),
        CheckConstraint(
            f"(resolved_at IS NULL) = ({one_of('outcome', ('parked', 'dead'))})", name="inbox_resolved_or_waiting"
        ),
        Index("inbox_by_subject", "subject", "arrival"),
        partial("inbox_waited", "subject", where="waited"),
        partial("inbox_parked", "arrived_at", where="outcome = 'parked'"),
        partial("inbox_dead", "arrived_at", where="outcome = 'dead'"),
        partial("inbox_not_applied", "outcome", "arrival", where="outcome <> 'applied'"),
        partial("inbox_discarded", "resolved_at", "arrival", where="outcome = 'discarded'"),
    )

    arrival: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    source: str
    event_id: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    fingerprint: str
    arrived_at: datetime
    outcome: str
    reasons: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    detail: str | None = None
    waited: bool
    resolved_at: datetime | None = None


class OutboxRecord(SQLModel, table=True):
    """Something to do outside, stored in the transaction that decided it and performed at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(one_of("kind", EffectKind), name="outbox_kind_known"),
        partial("outbox_waiting", "kind", "due_at", "leased_until", where="done_at IS NULL"),
        partial("outbox_of_resource", "resource_id", where="done_at IS NULL"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    kind: str
    type: str
    resource_id: str
    due_at: datetime
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime
    done_at: datetime | None = None
    tries: int = 0
    lease: str | None = None
    leased_until: datetime | None = None


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model; the hot path writes through it, never one object per event."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
