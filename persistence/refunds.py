"""Refunds for people: found, listed, with what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from persistence.resources import REFUND, RESOURCE
from workflows.money import Money
from workflows.resource import Refund
from workflows.words import RefundStatus

_ABOUT = (RESOURCE.c.order_id, RESOURCE.c.account_id, RESOURCE.c.product, RESOURCE.c.currency)


@dataclass(frozen=True, slots=True)
class Listed:
    """A refund and what it is about."""

    refund: Refund
    resource_id: str
    order_id: str
    account_id: str
    product: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Filter:
    """What a refund must be to be listed; None asks nothing."""

    resource_id: str | None = None
    account_id: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of refunds begins: behind the refund asked for at this instant, with this id."""

    requested_at: datetime
    id: str


def find(connection: Connection, refund_id: str) -> Listed | None:
    row = connection.execute(_joined().where(REFUND.c.id == refund_id)).mappings().first()
    return None if row is None else _listed(row)


def page(connection: Connection, wanted: Filter, after: Place | None, limit: int) -> Sequence[Listed]:
    """Refunds in the order in which they were asked for."""
    query = _joined().order_by(REFUND.c.requested_at, REFUND.c.id).limit(limit)
    for column, value in (
        (REFUND.c.resource_id, wanted.resource_id),
        (RESOURCE.c.account_id, wanted.account_id),
        (REFUND.c.status, wanted.status),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        later = (REFUND.c.requested_at > after.requested_at) | (
            (REFUND.c.requested_at == after.requested_at) & (REFUND.c.id > after.id)
        )
        query = query.where(later)
    return [_listed(row) for row in connection.execute(query).mappings()]


def _joined() -> Select[Any]:
    return select(REFUND, *_ABOUT).join_from(REFUND, RESOURCE, REFUND.c.resource_id == RESOURCE.c.id)


def _listed(row: RowMapping) -> Listed:
    values = {name: row[name] for name in Refund.__slots__}
    refund = Refund(**{**values, "status": RefundStatus(values["status"])})
    return Listed(
        refund,
        row["resource_id"],
        row["order_id"],
        row["account_id"],
        row["product"],
        Money(row["currency"], refund.amount_minor),
    )
