"""The tables of money on its way: attempts at providers, credits to balances, answered requests, the sandbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from persistence.tables import BIG_KEY, one_of


class AttemptRecord(SQLModel, table=True):
    """One call to a provider. It is stored before the call; one without a reply may have happened or not."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("send", "ask", "told")), name="attempt_kind_known"),
        CheckConstraint("(reply IS NULL) = (answered_at IS NULL)", name="attempt_answered_or_not"),
        Index("attempt_by_refund", "refund_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    refund_id: str = Field(foreign_key="refund.id")
    resource_id: str
    kind: str
    destination: str
    key: str
    amount_minor: int = Field(sa_type=BigInteger)
    started_at: datetime
    answered_at: datetime | None = None
    reply: str | None = None
    said: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class CreditRecord(SQLModel, table=True):
    """Money credited to an account's balance with the vendor; never changed, once per key."""

    __tablename__ = "balance_credit"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="credit_amount_positive"),
        Index("credit_by_account", "account_id"),
    )

    key: str = Field(primary_key=True)
    account_id: str
    resource_id: str = Field(foreign_key="resource.id")
    refund_id: str = Field(foreign_key="refund.id", unique=True)
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    credited_at: datetime


class AnsweredRecord(SQLModel, table=True):
    """A request that was answered under an idempotency key, to be answered the same again."""

    __tablename__ = "answered_request"

    actor: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_digest: str
    status: int
    answer: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    answered_at: datetime


class SandboxRecord(SQLModel, table=True):
    """What the built-in sandbox provider remembers; it stands for another system."""

    __tablename__ = "sandbox_payout"
    key: str = Field(primary_key=True)
    amount_minor: int = Field(sa_type=BigInteger)
    first_called_at: datetime
    taken_at: datetime | None = None
