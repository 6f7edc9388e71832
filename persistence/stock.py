"""How much stands where at an instant, from the running sums: by product, state, currency, window and availability."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)

from persistence import tallies
from persistence.resources import RESOURCE
from persistence.tallies import OVER, Kind, Place, Sums, hour_ending, hour_of
from workflows.values import Value
from workflows.words import Window


class Stock(Value, frozen=True):
    """Resources that are alike, as of an instant: how many, the cash paid for them, and what their answers would pay.

    `closes` ends the hour of their deadline where their window is still open.
    """

    product: str
    state: str
    currency: str
    window: str
    availability: str
    closes: datetime | None
    count: int
    cash_minor: int
    amount_minor: int


def at(connection: Connection, moment: datetime) -> Sequence[Stock]:
    """Every resource there is, counted as of a moment that is not past.

    The hour in which the moment lies is looked at resource by resource, found by its deadline.
    """
    sums = tallies.held(connection, Kind.RESOURCES)
    for place, counted in _passed_within_the_hour(connection, moment):
        sums.add(place, counted, -1)
        sums.add(_over(place), counted)
    return [_stock(place, counted, moment) for place, counted in sums]


def totals(connection: Connection, moment: datetime) -> Sequence[Stock]:
    """The same whenever windows close: without `closes`, and added up by the database."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in connection.execute(_TOTALS, {"moment": moment}).all():
        sums[row[:_KEYS]] = list(row[_KEYS:])
    for place, counted in _passed_within_the_hour(connection, moment):
        for sign, one in ((-1, _stock(place, counted, moment)), (1, _stock(_over(place), counted, moment))):
            held = sums[one.product, one.state, one.currency, one.window, one.availability]
            for index, value in enumerate((one.count, one.cash_minor, one.amount_minor)):
                held[index] += sign * value
    return [Stock(*(*key, None, *held)) for key, held in sums.items() if any(held)]


def _over(place: Place) -> Place:
    return place._replace(hour=OVER)


def _totalling() -> Select[Any]:
    sums = tallies.selected(Kind.RESOURCES)
    open_still = sums.c.hour > bindparam("moment", type_=sums.c.hour.type)
    keys = (
        sums.c.product,
        sums.c.state,
        sums.c.currency,
        case((sums.c.claimed, Window.CLAIMED.value), (open_still, Window.OPEN.value), else_=Window.CLOSED.value),
        case((open_still, sums.c.before_deadline), else_=sums.c.from_deadline),
    )
    amount = case((open_still, sums.c.before_minor), else_=sums.c.from_minor)
    by_number: list[ColumnElement[Any]] = [literal_column(str(number)) for number, _ in enumerate(keys, 1)]
    totals = (cast(func.sum(column), BigInteger) for column in (sums.c.number, sums.c.amount_minor, amount))
    return select(*keys, *totals).group_by(*by_number)


_TOTALS: Final = _totalling()
#: So many columns say what is alike; the sums follow.
_KEYS: Final = 5


def _stock(place: Place, counted: Sums, moment: datetime) -> Stock:
    open_still = place.hour > moment
    window = Window.CLAIMED if place.claimed else Window.OPEN if open_still else Window.CLOSED
    return Stock(
        place.product,
        place.state,
        place.currency,
        window.value,
        place.before_deadline if open_still else place.from_deadline,
        place.hour if open_still and not place.claimed else None,
        counted.number,
        counted.amount_minor,
        counted.before_minor if open_still else counted.from_minor,
    )


def _passed_within_the_hour(connection: Connection, moment: datetime) -> Sequence[tuple[Place, Sums]]:
    """Of the hour under way, the resources whose deadline has passed."""
    since, hour = hour_of(moment), hour_ending(moment)
    if hour == moment:
        return []
    found = connection.execute(_PASSED, {"since": since, "moment": moment}).all()
    return [(place._replace(hour=hour), sums) for place, sums in map(_counted, found)]


def counted(connection: Connection, *conditions: ColumnElement[bool]) -> Sequence[tuple[Place, Sums]]:
    """The resources that meet these conditions, counted from their table, without their hour."""
    return list(map(_counted, connection.execute(_counting(*conditions)).all()))


def _counted(row: Sequence[Any]) -> tuple[Place, Sums]:
    product, state, currency, before, after, is_claimed, *sums = row
    return Place(Kind.RESOURCES, product, state, currency, before, after, bool(is_claimed)), Sums(*map(int, sums))


def _counting(*conditions: ColumnElement[bool]) -> Select[Any]:
    claimed = RESOURCE.c.claimed_at.is_not(None)
    names = ("product", "state", "currency", "before_deadline", "from_deadline")
    keys = (*(RESOURCE.c[name] for name in names), claimed)
    totals = [func.sum(RESOURCE.c[name]) for name in ("cash_minor", "before_minor", "from_minor")]
    return select(*keys, func.count(), *totals).where(*conditions).group_by(*keys)


_DEADLINE: Final = RESOURCE.c.deadline_at
_PASSED: Final = _counting(
    bindparam("since", type_=_DEADLINE.type) < _DEADLINE, bindparam("moment", type_=_DEADLINE.type) >= _DEADLINE
)
