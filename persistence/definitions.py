"""The machine definitions that have decided here, kept for as long as history names them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from persistence.history import HISTORY
from persistence.tables import DefinitionRecord, table_of
from workflows.definition import Defined

DEFINITION = table_of(DefinitionRecord)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a machine definition: when it was first loaded here, and how many rows of history it decided."""

    machine: str
    hash: str
    loaded_at: datetime
    rows: int


def missing(connection: Connection, definitions: Iterable[Defined]) -> list[Defined]:
    """Those of these definitions that are not kept yet."""
    kept = set(connection.execute(select(DEFINITION.c.hash)).scalars())
    return [one for one in definitions if one.definition_hash not in kept]


def keep(connection: Connection, definitions: Iterable[Defined], now: datetime) -> None:
    """Keep those of these definitions that are not kept yet, whoever else starts at the same moment."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE machine_definition IN SHARE ROW EXCLUSIVE MODE"))
    rows = [
        {"hash": one.definition_hash, "machine": one.key, "content": one.content, "loaded_at": now}
        for one in missing(connection, definitions)
    ]
    if rows:
        connection.execute(insert(DEFINITION), rows)


def content(connection: Connection, definition_hash: str) -> dict[str, Any] | None:
    """What a definition said; None for a hash under which none is kept."""
    found: dict[str, Any] | None = connection.execute(
        select(DEFINITION.c.content).where(DEFINITION.c.hash == definition_hash)
    ).scalar()
    return found


def newest(connection: Connection) -> dict[str, tuple[str, dict[str, Any]]]:
    """Of each machine the version that was loaded last: its hash and content."""
    query = select(DEFINITION.c.machine, DEFINITION.c.hash, DEFINITION.c.content).order_by(DEFINITION.c.loaded_at)
    return {machine: (hash_, content) for machine, hash_, content in connection.execute(query)}


def versions(connection: Connection) -> list[Version]:
    """Every version that was loaded here, by machine, the oldest first."""
    decided = select(HISTORY.c.definition, func.count().label("rows")).group_by(HISTORY.c.definition).subquery()
    query = (
        select(DEFINITION.c.machine, DEFINITION.c.hash, DEFINITION.c.loaded_at, func.coalesce(decided.c.rows, 0))
        .join_from(DEFINITION, decided, decided.c.definition == DEFINITION.c.hash, isouter=True)
        .order_by(DEFINITION.c.machine, DEFINITION.c.loaded_at, DEFINITION.c.hash)
    )
    return [Version(*row) for row in connection.execute(query)]
