"""Messages that could not be used, kept until somebody has resolved them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from persistence.tables import table_of
from persistence.unreadable_tables import UnreadableRecord

UNREADABLE = table_of(UnreadableRecord)


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as it came: `address` is where it was taken from, in the broker's own words."""

    address: str
    headers: Mapping[str, str]
    body: bytes

    def digest(self) -> str:
        """What tells this message from every other one."""
        told = repr((self.address, sorted(self.headers.items()), self.body))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that was kept; `resolution` says what was done with it in the end."""

    id: int
    raw: Raw
    received_at: datetime
    reasons: Sequence[Mapping[str, Any]]
    resolved_at: datetime | None
    resolution: str | None


def keep(connection: Connection, found: Sequence[tuple[Raw, Sequence[Mapping[str, Any]]]], now: datetime) -> None:
    """Keep messages with the reasons why they were rejected; one that is kept already stays as it is."""
    if not found:
        return
    rows = [
        {
            "digest": raw.digest(),
            "address": raw.address,
            "received_at": now,
            "headers": dict(raw.headers),
            "body": raw.body,
            "reasons": list(reasons),
        }
        for raw, reasons in found
    ]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(UNREADABLE).on_conflict_do_nothing(index_elements=["digest"]), rows)


def waiting(connection: Connection, after: int, limit: int) -> Sequence[Kept]:
    """Messages nobody has resolved, oldest first, from the one behind `after`."""
    query = UNREADABLE.select().where(UNREADABLE.c.resolved_at.is_(None), UNREADABLE.c.id > after)
    return [_to_kept(row) for row in connection.execute(query.order_by(UNREADABLE.c.id).limit(limit)).mappings()]


def kept(connection: Connection, id_: int) -> Kept | None:
    row = connection.execute(UNREADABLE.select().where(UNREADABLE.c.id == id_)).mappings().first()
    return None if row is None else _to_kept(row)


def resolve(connection: Connection, id_: int, resolution: str, now: datetime) -> bool:
    """Say what was done with a message. Returns whether it was waiting."""
    statement = (
        update(UNREADABLE)
        .where(UNREADABLE.c.id == id_, UNREADABLE.c.resolved_at.is_(None))
        .values(resolved_at=now, resolution=resolution)
    )
    return connection.execute(statement).rowcount == 1


def _to_kept(row: Any) -> Kept:
    raw = Raw(row["address"], row["headers"], row["body"])
    return Kept(row["id"], raw, row["received_at"], row["reasons"], row["resolved_at"], row["resolution"])
