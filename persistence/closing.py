"""Windows that close soon while a step of their remedy is missing: counted from the running sums, to the instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from persistence.resources import RESOURCE
from persistence.stock import Stock, counted
from persistence.tallies import AN_HOUR, hour_ending
from workflows.words import Availability

UNFINISHED = Availability.ACTION_REQUIRED.value


@dataclass(frozen=True, slots=True)
class Closing:
    """How many windows close, the first of them, and what the steps that are missing would have paid, by currency."""

    number: int
    first: datetime | None
    minor: dict[str, int]


def unfinished(connection: Connection, stock: Iterable[Stock], now: datetime, until: datetime) -> Closing:
    """The open windows that close before `until` with a step missing, out of the stock as of now.

    The hour in which `until` lies is looked at resource by resource, found by its deadline.
    """
    floor = hour_ending(until) - AN_HOUR
    whole = [one for one in stock if one.availability == UNFINISHED and one.count and _closes_by(one, floor)]
    rest = counted(connection, *_unfinished(max(floor, now), until))
    minor: dict[str, int] = {}
    for currency, amount in [
        *((one.currency, one.amount_minor) for one in whole),
        *((place.currency, sums.before_minor) for place, sums in rest),
    ]:
        minor[currency] = minor.get(currency, 0) + amount
    number = sum(one.count for one in whole) + sum(sums.number for _, sums in rest)
    return Closing(number, _first(connection, whole, now, until) if number else None, minor)


def _closes_by(one: Stock, hour: datetime) -> bool:
    return one.closes is not None and one.closes <= hour


def _first(connection: Connection, whole: Sequence[Stock], now: datetime, until: datetime) -> datetime | None:
    """The first deadline; sought from the first hour on in which there is one."""
    begins = min((one.closes for one in whole if one.closes is not None), default=until) - AN_HOUR
    query = (
        select(RESOURCE.c.deadline_at)
        .where(*_unfinished(max(begins, now), until))
        .order_by(RESOURCE.c.deadline_at, RESOURCE.c.id)
        .limit(1)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def _unfinished(after: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        RESOURCE.c.deadline_at > after,
        RESOURCE.c.deadline_at < until,
        RESOURCE.c.claimed_at.is_(None),
        RESOURCE.c.before_deadline == UNFINISHED,
    )
