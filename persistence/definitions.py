"""The machine definitions that have decided here, kept for as long as history names them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from persistence.tables import DefinitionRecord, table_of
from workflows.definition import Defined

DEFINITION = table_of(DefinitionRecord)


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
