"""The tables that outlive a month: which ids were told, and what stands in place of history that was put away.

On PostgreSQL history, inbox and outbox are partitioned by month, and a month can be put away (`persistence.months`).
What must hold across months is kept here. On SQLite the three are plain tables, and these mean the same.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field, SQLModel


class EventKeyRecord(SQLModel, table=True):
    """An event that was acknowledged, by its source and id, and what it said; kept when its month is put away.

    A rejected event's id is free again, and has no row.
    """

    __tablename__ = "event_key"
    __table_args__ = {"sqlite_with_rowid": False}

    source: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    fingerprint: str


class HistoryAnchorRecord(SQLModel, table=True):
    """What a resource's rows that were put away amount to, and the number and hash of the last of them.

    `occurred_at` is the latest instant at which one of them happened, `month` the last that was put away with rows of
    the resource. `content` is the whole fold; `refunds` are all refunds the rows told of, each as it stood and since
    when.
    """

    __tablename__ = "history_anchor"

    resource_id: str = Field(primary_key=True, foreign_key="resource.id")
    month: str
    seq: int
    hash: str
    state: str
    entered_at: datetime
    claimed_at: datetime | None = None
    occurred_at: datetime
    recorded_at: datetime
    definition: str
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    refunds: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    anchored_at: datetime


class MonthPutAwayRecord(SQLModel, table=True):
    """A month that was put away, with its rows of each table. As of moments before `known_from` nothing is told."""

    __tablename__ = "month_put_away"

    month: str = Field(primary_key=True)
    history_rows: int
    inbox_rows: int
    outbox_rows: int
    known_from: datetime
    put_away_at: datetime


class WaitPutAwayRecord(SQLModel, table=True):
    """From when to when an event was unresolved whose month was put away; by its subject and arrival number."""

    __tablename__ = "wait_put_away"

    subject: str = Field(primary_key=True)
    arrival: int = Field(primary_key=True, sa_type=BigInteger)
    arrived_at: datetime
    resolved_at: datetime
