"""The table of what came through a broker and could not be used."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from persistence.tables import BIG_KEY

_WAITING = text("resolved_at IS NULL")


class UnreadableRecord(SQLModel, table=True):
    """A message that was rejected, word for word. Over HTTP its sender would have been told; here an operator is.

    `digest` is of the message: one that is delivered again is kept once. `resolved_at` is when somebody sent it in
    again or threw it away, and `resolution` which and why.
    """

    __tablename__ = "unreadable_message"
    __table_args__ = (Index("unreadable_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),)

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    digest: str = Field(unique=True)
    address: str
    received_at: datetime
    headers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reasons: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    resolved_at: datetime | None = None
    resolution: str | None = None
