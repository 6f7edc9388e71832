"""The ledger of account balances: credits, each once per key, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from persistence.money_tables import CreditRecord
from persistence.tables import table_of

CREDIT = table_of(CreditRecord)


@dataclass(frozen=True, slots=True)
class Credit:
    """Money given to an account's balance, in minor units."""

    key: str
    account_id: str
    resource_id: str
    refund_id: str
    currency: str
    amount_minor: int
    credited_at: datetime


def credit(connection: Connection, entries: Collection[Credit]) -> None:
    """Give accounts their money; the database refuses a second credit for the same refund."""
    if entries:
        connection.execute(insert(CREDIT), [{name: getattr(one, name) for name in Credit.__slots__} for one in entries])


def of_account(connection: Connection, account_id: str) -> Sequence[Credit]:
    query = select(CREDIT).where(CREDIT.c.account_id == account_id).order_by(CREDIT.c.credited_at, CREDIT.c.key)
    return [Credit(**row) for row in connection.execute(query).mappings()]


def of_refund(connection: Connection, refund_id: str) -> Credit | None:
    """The credit that a refund became, where it went to the account's balance."""
    row = connection.execute(select(CREDIT).where(CREDIT.c.refund_id == refund_id)).mappings().first()
    return None if row is None else Credit(**row)
