"""Rules versions, kept word for word for as long as a resource may be pinned to them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from persistence.tables import RulesRecord, table_of
from workflows.rules import RuleBook, Rules, parse_rules

RULES = table_of(RulesRecord)


def load(connection: Connection) -> list[Rules]:
    texts = connection.execute(select(RULES.c.text).order_by(RULES.c.effective_from)).scalars()
    return [parse_rules(text) for text in texts]


def store(connection: Connection, versions: Collection[Rules], now: datetime) -> None:
    """Keep those of these versions that are not kept yet, whoever else starts at the same moment.

    Raises RulesError where a version is kept with other terms, or another comes into force at the same instant.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE rules_version IN SHARE ROW EXCLUSIVE MODE"))
    kept = load(connection)
    RuleBook([*kept, *versions])
    names = {rules.version for rules in kept}
    rows = [
        {
            "version": rules.version,
            "effective_from": rules.effective_from,
            "text": rules.text,
            "digest": rules.digest,
            "loaded_at": now,
        }
        for rules in versions
        if rules.version not in names
    ]
    if rows:
        connection.execute(insert(RULES), rows)
