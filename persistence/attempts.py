"""Attempts: every call to a provider, stored before it is made, and every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from persistence.money_tables import AttemptRecord
from persistence.tables import table_of

ATTEMPT = table_of(AttemptRecord)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call to a provider under a key: `send` pays, `ask` only asks, `told` is an answer that came by itself."""

    refund_id: str
    resource_id: str
    kind: str
    destination: str
    key: str
    amount_minor: int
    started_at: datetime
    answered_at: datetime | None = None
    reply: str | None = None
    said: Mapping[str, Any] | None = None
    id: int | None = None


def start(connection: Connection, attempt: Attempt) -> int:
    """Store an attempt; returns its number."""
    values = {name: getattr(attempt, name) for name in Attempt.__slots__ if name != "id"}
    return int(connection.execute(insert(ATTEMPT).values(values).returning(ATTEMPT.c.id)).scalar_one())


def answer(connection: Connection, attempt_id: int, reply: str, said: Mapping[str, Any], now: datetime) -> None:
    connection.execute(
        update(ATTEMPT).where(ATTEMPT.c.id == attempt_id).values(reply=reply, said=dict(said), answered_at=now)
    )


def unanswered_send(connection: Connection, refund_id: str, key: str) -> int | None:
    """The number of an attempt to pay a refund under this key that was begun and never answered."""
    query = _under_key(refund_id, key).where(ATTEMPT.c.kind == "send", ATTEMPT.c.reply.is_(None))
    found: int | None = connection.execute(query.limit(1)).scalar()
    return found


def was_told_of(connection: Connection, refund_id: str, key: str) -> bool:
    """Whether the provider has spoken by itself of a refund's payout under this key."""
    query = _under_key(refund_id, key).where(ATTEMPT.c.kind == "told")
    return connection.execute(query.limit(1)).scalar() is not None


def _under_key(refund_id: str, key: str) -> "Select[Any]":
    """Attempts of one payout, found by the refund, which is what they are indexed by."""
    return select(ATTEMPT.c.id).where(ATTEMPT.c.refund_id == refund_id, ATTEMPT.c.key == key)


def of_refunds(connection: Connection, refund_ids: Sequence[str]) -> dict[str, list[Attempt]]:
    """The attempts of each of these refunds, oldest first."""
    found: dict[str, list[Attempt]] = {refund_id: [] for refund_id in refund_ids}
    if not found:
        return found
    query = select(ATTEMPT).where(ATTEMPT.c.refund_id.in_(refund_ids))  # in order here: few rows, found by refund
    for row in sorted(connection.execute(query).mappings(), key=itemgetter("id")):
        found[row["refund_id"]].append(Attempt(**row))
    return found
