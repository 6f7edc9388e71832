"""What this installation stands on: its database, and the rules in force."""

from dataclasses import dataclass
from datetime import datetime

from persistence.database import product_of
from service.desk import Desk
from workflows.rules import Rules


@dataclass(frozen=True, slots=True)
class Installation:
    """The kind and version of the database; the rules in force, those that follow, and how many versions are kept."""

    database: str
    version: str
    rules: Rules
    following: Rules | None
    versions: int


def installation(desk: Desk) -> Installation:
    """As of now. Raises StoreError where the database cannot be used."""
    now = desk.clock.now()
    book = list(desk.policy.rulebook)
    with desk.store.reading() as connection:
        database, version = product_of(connection)
    return Installation(database, version, desk.policy.rulebook.in_force(now), _following(book, now), len(book))


def _following(book: list[Rules], now: datetime) -> Rules | None:
    to_come = [rules for rules in book if rules.effective_from > now]
    return min(to_come, key=lambda rules: rules.effective_from, default=None)
