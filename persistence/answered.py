"""Requests answered under an idempotency key."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select, text

from persistence.money_tables import AnsweredRecord
from persistence.tables import table_of

ANSWERED = table_of(AnsweredRecord)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request under an idempotency key: valid per actor and path, for one body."""

    actor: str
    path: str
    key: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that was given."""

    body_digest: str
    status: int
    answer: dict[str, Any]


def try_lock(connection: Connection, request: Keyed) -> bool:
    """Take the key for this transaction; False where another process is answering under it now."""
    if connection.dialect.name != "postgresql":
        return True
    digest = sha256("\n".join((request.actor, request.path, request.key)).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": number}).scalar_one())


def find(connection: Connection, request: Keyed) -> Stored | None:
    row = connection.execute(
        select(ANSWERED.c.body_digest, ANSWERED.c.status, ANSWERED.c.answer).where(
            ANSWERED.c.actor == request.actor, ANSWERED.c.path == request.path, ANSWERED.c.key == request.key
        )
    ).first()
    return None if row is None else Stored(*row)


def store(connection: Connection, request: Keyed, status: int, answer: dict[str, Any], now: datetime) -> None:
    values = {name: getattr(request, name) for name in Keyed.__slots__}
    connection.execute(insert(ANSWERED).values(**values, status=status, answer=answer, answered_at=now))
