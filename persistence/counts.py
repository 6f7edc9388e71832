"""How much stands in each state of a machine, now or as of a past moment: counted by the database, never one by one.

A median and a 95th percentile are those of the nearest rank: of n spans in ascending order, the one at place
⌈n/2⌉ or ⌈95n/100⌉, counted from 1. So each is the span of something that stands there, on every database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    case,
    cast,
    func,
    null,
    select,
    union_all,
)

from persistence import as_of
from persistence.listing import window_at
from persistence.resources import RESOURCE
from persistence.tables import unindexed
from workflows.diagrams.overlay import Tally
from workflows.money import Money
from workflows.words import Window

MEDIAN_PERCENT: Final = 50
HIGH_PERCENT: Final = 95


@dataclass(frozen=True, slots=True)
class Population:
    """Whose things are counted; None asks nothing. Paid for later than `paid_after`, and at `paid_by` or before.

    As of a past moment, only what was paid by then counts anyway. `products` names all there are, where they help to
    find what was paid when.
    """

    product: str | None = None
    account_id: str | None = None
    paid_after: datetime | None = None
    paid_by: datetime | None = None
    products: Sequence[str] | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        product = RESOURCE.c.product if self.account_id is None else unindexed(RESOURCE.c.product)
        named = ((product, self.product), (RESOURCE.c.account_id, self.account_id))
        asked: list[ColumnElement[bool]] = [column == value for column, value in named if value is not None]
        if self.products is not None:
            asked.append(product.in_(self.products))
        if self.paid_after is not None:
            asked.append(RESOURCE.c.paid_at > self.paid_after)
        if self.paid_by is not None:
            asked.append(RESOURCE.c.paid_at <= self.paid_by)
        return asked


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant of a count. `past`: judged on the history up to it, otherwise on how everything stands now."""

    at: datetime
    past: bool


def of_resources(
    connection: Connection, moment: Moment, among: Population, *, lifecycle: bool, window: bool
) -> dict[str, Tally]:
    """Resources by their state in the regions that are wanted, with the cash that was paid for them.

    One is in its state since it entered it; its window is open since the payment, closed since the deadline, claimed
    since the claim.
    """
    standing = _standings(connection, moment, among)
    regions = [_in_lifecycle(standing)] if lifecycle else []
    regions += [_in_window(standing, moment.at)] if window else []
    return _tallied(connection, union_all(*regions).cte("standing_in"), moment.at)


def of_refunds(connection: Connection, moment: Moment, among: Population) -> dict[str, Tally]:
    """Refunds by their status, with the amounts they are for."""
    standing = as_of.refunds(connection, moment.at if moment.past else None, among.conditions)
    return _tallied(connection, standing.cte("standing_in"), moment.at)


def first_payment(connection: Connection, products: Sequence[str]) -> datetime | None:
    """When the first of all resources was paid for."""
    first = [select(func.min(RESOURCE.c.paid_at).label("at")).where(RESOURCE.c.product == key) for key in products]
    found: datetime | None = connection.execute(select(func.min(union_all(*first).subquery().c.at))).scalar()
    return found


def begins(connection: Connection, moment: Moment, among: Population, most: int) -> datetime | None:
    """The payment behind which at most so many of a population lie, paid by the moment; None: there are no more.

    Of several products each is looked at by itself, since payments are in order within a product.
    """
    parts = [replace(among, product=key, products=None) for key in among.products or ()] or [among]
    latest = [
        select(RESOURCE.c.paid_at)
        .where(RESOURCE.c.paid_at <= moment.at, *part.conditions)
        .order_by(RESOURCE.c.paid_at.desc())
        .limit(most + 1)
        .subquery()
        for part in parts
    ]
    every = union_all(*(select(part.c.paid_at) for part in latest)).subquery()
    query = select(every.c.paid_at).order_by(every.c.paid_at.desc()).offset(most).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found


def _standings(connection: Connection, moment: Moment, among: Population) -> CTE:
    if moment.past:
        return as_of.standings(connection, moment.at, among.conditions)
    names = ("currency", "cash_minor", "paid_at", "deadline_at", "state", "entered_at", "claimed_at")
    return select(*(RESOURCE.c[name] for name in names)).where(*among.conditions).cte("standing")


def _in_lifecycle(standing: CTE) -> Select[Any]:
    return select(
        standing.c.state,
        standing.c.entered_at.label("since"),
        standing.c.currency,
        standing.c.cash_minor.label("minor"),
    )


def _in_window(standing: CTE, at: datetime) -> Select[Any]:
    window = window_at(at, standing)
    since = case(
        (window == Window.CLAIMED.value, standing.c.claimed_at),
        (window == Window.OPEN.value, standing.c.paid_at),
        else_=standing.c.deadline_at,
    )
    return select(
        window.label("state"), since.label("since"), standing.c.currency, standing.c.cash_minor.label("minor")
    )


def _tallied(connection: Connection, standing: CTE, at: datetime) -> dict[str, Tally]:
    """The tallies of things that each have a state, an instant since when, and an amount; empty states are left out."""
    sums: dict[str, list[tuple[Money, int]]] = {}
    spans: dict[tuple[str, int], timedelta] = {}
    for state, currency, number, minor, since in connection.execute(_sums_and_spans(standing)):
        if currency is None:
            spans[state, number] = max(at - since, timedelta())
        else:
            sums.setdefault(state, []).append((Money(currency, int(minor)), int(number)))
    found = {}
    for state, by_currency in sums.items():
        count = sum(number for _, number in by_currency)
        money = sorted((amount for amount, _ in by_currency), key=attrgetter("currency"))
        median, high = (spans[state, _rank(count, percent)] for percent in (MEDIAN_PERCENT, HIGH_PERCENT))
        found[state] = Tally(count, tuple(money), median, high)
    return found


def _sums_and_spans(standing: CTE) -> CompoundSelect[Any]:
    """Count and amount by state and currency; then, without a currency, the instants at the ranks of each state.

    The longest span is the one with the earliest instant, so spans ascend as instants descend.
    """
    number, minor = func.count().label("number"), func.sum(standing.c.minor).label("minor")
    sums = select(standing.c.state, standing.c.currency, number, minor)
    sums_cte = sums.group_by(standing.c.state, standing.c.currency).cte("sums")
    whole = (
        select(sums_cte.c.state, func.sum(sums_cte.c.number).label("number")).group_by(sums_cte.c.state).cte("whole")
    )
    place = func.row_number().over(partition_by=standing.c.state, order_by=standing.c.since.desc())
    ranked = select(standing.c.state, standing.c.since, place.label("place")).subquery("ranked")
    size = cast(whole.c.number, BigInteger)
    spans = (
        select(ranked.c.state, null(), ranked.c.place, null(), ranked.c.since)
        .join_from(ranked, whole, whole.c.state == ranked.c.state)
        .where(ranked.c.place.in_([_rank(size, percent) for percent in (MEDIAN_PERCENT, HIGH_PERCENT)]))
    )
    since = cast(null(), standing.c.since.type)
    return union_all(select(*sums_cte.c, since.label("since")), spans)


def _rank(count: Any, percent: int) -> Any:
    """The place of the nearest rank among so many; of a number, or of a column of numbers."""
    return (count * percent + 99) // 100
