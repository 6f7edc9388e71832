"""Refusals: rows of history that say no, listed and counted by why, of what, for whom and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    text,
)

from persistence.history import HISTORY, to_row
from persistence.members import members
from persistence.resources import RESOURCE
from persistence.tables import unindexed
from workflows.history import Row
from workflows.money import Money
from workflows.words import REFUND_REQUESTED

#: What refusals can be counted by; a day is one of UTC.
DIMENSIONS: Final = ("reason", "product", "account", "day")
#: Written as the partial index has it.
_IS_REFUSED: Final = text("history.outcome = 'refused'")
_JOINED = HISTORY.join(RESOURCE, RESOURCE.c.id == HISTORY.c.resource_id)
_ABOUT = (RESOURCE.c.product, RESOURCE.c.order_id, RESOURCE.c.account_id)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which refusals are meant; None asks nothing. `reason` is one of those that stand in a refusal, maybe of several.

    `requests_only`: refusals of requests for a refund, not of other events. They were recorded from `recorded_from` on
    and before `recorded_to`.
    """

    reason: str | None = None
    product: str | None = None
    account_id: str | None = None
    resource_id: str | None = None
    requests_only: bool = False
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of refusals begins: behind the one recorded at this instant, of this resource, with this number."""

    recorded_at: datetime
    resource_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal, as its row of history, and what it is about."""

    row: Row
    product: str
    order_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many refusals share the values of `by`, and how many of them were requests for a refund.

    `example` is one sentence of the reason, where refusals are counted by it.
    """

    by: Mapping[str, str]
    refusals: int
    requests: int
    example: str | None = None

    @property
    def others(self) -> int:
        return self.refusals - self.requests


@dataclass(frozen=True, slots=True)
class Counts:
    """The largest groups, of how many there are, and how many refusals there are in all.

    A refusal with several reasons is counted with each of them, and once in `refusals`.
    """

    refusals: int
    requests: int
    groups: int
    largest: Sequence[Count]


@dataclass(frozen=True, slots=True)
class Weight:
    """What was at stake in a refusal: the cash that was paid for its resource, and the codes of its reasons."""

    resource_id: str
    product: str
    cash: Money
    codes: tuple[str, ...]


def page(connection: Connection, wanted: Filter, after: Place | None, limit: int) -> list[Refusal]:
    """Refusals, the last recorded first."""
    order = (HISTORY.c.recorded_at, HISTORY.c.resource_id, HISTORY.c.seq)
    query = select(HISTORY, *_ABOUT).select_from(_JOINED).where(*_conditions(connection, wanted))
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    if after is not None:
        query = query.where(*_behind(after))
    return [_refusal(row) for row in connection.execute(query).mappings()]


def counts(connection: Connection, wanted: Filter, by: Sequence[str], largest: int) -> Counts:
    """The refusals counted by some of DIMENSIONS, the largest groups first."""
    refusals, requests = connection.execute(_totals(connection, wanted)).one()
    each = _each(connection, wanted, by).subquery()
    keys = [each.c[name] for name in by]
    number = func.count()
    grouped = (
        select(*keys, number.label("refusals"), func.sum(each.c.asked).label("requests"), func.min(each.c.example))
        .group_by(*keys)
        .order_by(number.desc(), *keys)
    )
    groups = connection.execute(select(func.count()).select_from(grouped.order_by(None).subquery())).scalar_one()
    return Counts(
        int(refusals),
        int(requests),
        int(groups),
        [
            Count(dict(zip(by, values, strict=True)), int(count), int(asked), example)
            for *values, count, asked, example in connection.execute(grouped.limit(largest))
        ],
    )


def number_since(connection: Connection, since: datetime) -> int:
    """How many refusals were recorded from a moment on."""
    query = select(func.count()).select_from(HISTORY).where(_IS_REFUSED, HISTORY.c.recorded_at >= since)
    return int(connection.execute(query).scalar_one())


def moment_behind(connection: Connection, after: Place | None, number: int) -> datetime | None:
    """When the refusal was recorded that stands so many behind a place; None where there are not so many."""
    query = select(HISTORY.c.recorded_at).where(_IS_REFUSED).order_by(HISTORY.c.recorded_at.desc())
    if after is not None:
        query = query.where(*_behind(after))
    return connection.execute(query.offset(number).limit(1)).scalar()


def weights(connection: Connection, since: datetime, limit: int) -> list[Weight]:
    """The newest refusals from a moment on, each with what was paid for its resource."""
    some = select(HISTORY.c.resource_id, HISTORY.c.reasons).where(_IS_REFUSED, HISTORY.c.recorded_at >= since)
    newest = some.order_by(HISTORY.c.recorded_at.desc()).limit(limit).subquery()
    about = (RESOURCE.c.product, RESOURCE.c.currency, RESOURCE.c.cash_minor)
    query = select(newest.c.resource_id, *about, newest.c.reasons).join_from(
        newest, RESOURCE, RESOURCE.c.id == newest.c.resource_id
    )
    return [
        Weight(resource_id, product, Money(currency, cash), tuple(reason["code"] for reason in reasons))
        for resource_id, product, currency, cash, reasons in connection.execute(query)
    ]


def _totals(connection: Connection, wanted: Filter) -> Select[int, int]:
    number = func.count()
    requests = func.coalesce(func.sum(_asked()), 0)
    return select(number, requests).select_from(_JOINED).where(*_conditions(connection, wanted))


def _each(connection: Connection, wanted: Filter, by: Sequence[str]) -> Select[Any]:
    """One row for each refusal, with what it is counted by; by reason, one for each of its reasons."""
    columns = {
        "product": RESOURCE.c.product,
        "account": RESOURCE.c.account_id,
        "day": _day(connection, HISTORY.c.recorded_at),
    }
    source = _JOINED
    example: ColumnElement[Any] = literal(None, String)
    if "reason" in by:
        reasons, member = members(connection, HISTORY.c.reasons)
        source = _JOINED.join(reasons, literal(value=True))
        columns["reason"], example = member("code"), member("message")
    chosen = [columns[name].label(name) for name in by]
    query = select(*chosen, _asked().label("asked"), example.label("example"))
    return query.select_from(source).where(*_conditions(connection, wanted))


def _asked() -> ColumnElement[int]:
    return case((HISTORY.c.event == REFUND_REQUESTED, 1), else_=0)


def _conditions(connection: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [_IS_REFUSED]
    if wanted.requests_only:
        conditions.append(HISTORY.c.event == REFUND_REQUESTED)
    for column, value in (
        (unindexed(RESOURCE.c.product), wanted.product),
        (RESOURCE.c.account_id, wanted.account_id),
        (HISTORY.c.resource_id, wanted.resource_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.recorded_from is not None:
        conditions.append(HISTORY.c.recorded_at >= wanted.recorded_from)
    if wanted.recorded_to is not None:
        conditions.append(HISTORY.c.recorded_at < wanted.recorded_to)
    if wanted.reason is not None:
        conditions.append(_says(connection, wanted.reason))
    return conditions


def _says(connection: Connection, code: str) -> ColumnElement[bool]:
    reasons, member = members(connection, HISTORY.c.reasons)
    return select(literal(1)).select_from(reasons).where(member("code") == code).correlate(HISTORY).exists()


def _behind(place: Place) -> tuple[ColumnElement[bool], ...]:
    recorded_at, resource_id, seq = HISTORY.c.recorded_at, HISTORY.c.resource_id, HISTORY.c.seq
    before = (recorded_at < place.recorded_at) | (resource_id < place.resource_id)
    return (recorded_at <= place.recorded_at, before | ((resource_id == place.resource_id) & (seq < place.seq)))


def _day(connection: Connection, column: ColumnElement[datetime]) -> ColumnElement[str]:
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD")
    return func.substr(cast(column, String), 1, 10)


def _refusal(row: RowMapping) -> Refusal:
    return Refusal(to_row(row), row["product"], row["order_id"], row["account_id"])
