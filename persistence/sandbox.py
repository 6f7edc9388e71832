"""What the built-in sandbox provider remembers of its payouts; no other code looks at it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from persistence.money_tables import SandboxRecord
from persistence.tables import table_of

SANDBOX = table_of(SandboxRecord)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A payout the sandbox has been called for: when first, and when the money left, if it did."""

    key: str
    amount_minor: int
    first_called_at: datetime
    taken_at: datetime | None


def recall(connection: Connection, key: str) -> Remembered | None:
    row = connection.execute(select(SANDBOX).where(SANDBOX.c.key == key)).mappings().first()
    return None if row is None else Remembered(**row)


def remember(connection: Connection, payout: Remembered) -> None:
    values = {
        "amount_minor": payout.amount_minor,
        "first_called_at": payout.first_called_at,
        "taken_at": payout.taken_at,
    }
    changed = connection.execute(update(SANDBOX).where(SANDBOX.c.key == payout.key).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(SANDBOX).values(key=payout.key, **values))
