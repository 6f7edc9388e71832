"""Sums over everything, for people: resources, events and money at one instant. Nothing here writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, distinct, func, select

from persistence.inbox import INBOX, WAITING
from persistence.listing import availability_at
from persistence.resources import AS_READ, REFUND, RESOURCE, to_resource
from workflows.resource import Resource
from workflows.words import REFUNDING, Availability

#: Where a refund can still come of it.
REFUNDABLE = (Availability.AVAILABLE.value, Availability.ACTION_REQUIRED.value, Availability.REVIEW_REQUIRED.value)


@dataclass(frozen=True, slots=True)
class MoneySums:
    """What was paid and given back in one currency, in its minor units.

    `refundable_minor` leaves metered products out: what of them is refundable follows from their consumption.
    """

    currency: str
    resources: int
    cash_minor: int
    refundable_minor: int
    under_way_minor: int
    paid_out_minor: int


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Events that nobody has resolved, and of how many subjects; `unpaid` are subjects without any payment."""

    parked: int
    dead: int
    subjects: int
    unpaid: int


def resources_by_availability(connection: Connection, at: datetime) -> dict[tuple[str, str], int]:
    """How many resources there are of each product and availability as of an instant."""
    availability = availability_at(at)
    query = select(RESOURCE.c.product, availability, func.count()).group_by(RESOURCE.c.product, availability)
    return {(product, found): count for product, found, count in connection.execute(query)}


def events_by_outcome(connection: Connection) -> dict[tuple[str, bool], int]:
    """How many events are remembered with each outcome, apart by whether they had to wait for it."""
    query = select(INBOX.c.outcome, INBOX.c.waited, func.count()).group_by(INBOX.c.outcome, INBOX.c.waited)
    return {(outcome, waited): count for outcome, waited, count in connection.execute(query)}


def money_by_currency(connection: Connection, at: datetime, metered: Collection[str]) -> Sequence[MoneySums]:
    """The sums of each currency as of an instant, the one with most payments first."""
    refundable = availability_at(at).in_(REFUNDABLE) & RESOURCE.c.product.not_in(metered)
    count = func.count()
    query = (
        select(
            RESOURCE.c.currency,
            count,
            _total(RESOURCE.c.cash_minor),
            _total(case((refundable, RESOURCE.c.cash_minor), else_=0)),
            _total(case((RESOURCE.c.state == REFUNDING, REFUND.c.amount_minor), else_=0)),
            _total(RESOURCE.c.paid_out_minor),
        )
        .join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)
        .group_by(RESOURCE.c.currency)
        .order_by(count.desc(), RESOURCE.c.currency)
    )
    return [MoneySums(currency, number, *map(int, sums)) for currency, number, *sums in connection.execute(query)]


def refundable_of(connection: Connection, at: datetime, products: Collection[str]) -> Sequence[tuple[Resource, int]]:
    """The resources of these products of which a refund can still come, with how many unresolved events each has."""
    query = (
        select(*AS_READ, RESOURCE.c.unresolved)
        .join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)
        .where(RESOURCE.c.product.in_(products), availability_at(at).in_(REFUNDABLE))
    )
    return [(to_resource(row), row.unresolved) for row in connection.execute(query)]


def unresolved(connection: Connection) -> Unresolved:
    """What waits for somebody: parked events, and dead letters."""
    dead = case((INBOX.c.outcome == "dead", 1), else_=0)
    known = select(RESOURCE.c.id).where(RESOURCE.c.id == INBOX.c.subject).exists()
    query = select(
        _total(1 - dead),
        _total(dead),
        func.count(distinct(INBOX.c.subject)),
        func.count(distinct(case((~known, INBOX.c.subject)))),
    ).where(WAITING)
    return Unresolved(*map(int, connection.execute(query).one()))


def with_unresolved(connection: Connection) -> str | None:
    """The resource with the longest history among those with unresolved events; None where there is none."""
    query = select(RESOURCE.c.id).where(RESOURCE.c.unresolved > 0).order_by(RESOURCE.c.seq.desc(), RESOURCE.c.id)
    return connection.execute(query.limit(1)).scalar()


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    """The sum; of nothing it is 0."""
    return func.coalesce(func.sum(column), 0)
