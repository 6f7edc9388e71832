"""Rules versions, kept word for word for as long as a resource may be pinned to them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select

from persistence.tables import RulesRecord, table_of
from workflows.rules import Rules, parse_rules

RULES = table_of(RulesRecord)


def load(connection: Connection) -> list[Rules]:
    texts = connection.execute(select(RULES.c.text).order_by(RULES.c.effective_from)).scalars()
    return [parse_rules(text) for text in texts]


def store(connection: Connection, versions: Collection[Rules], now: datetime) -> None:
    rows = [
        {
            "version": rules.version,
            "effective_from": rules.effective_from,
            "text": rules.text,
            "digest": rules.digest,
            "loaded_at": now,
        }
        for rules in versions
    ]
    if rows:
        connection.execute(insert(RULES), rows)
