"""How much stands where at an instant, from the running sums: by product, state, currency, window and availability."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from persistence import tallies
from persistence.resources import RESOURCE
from persistence.tallies import OVER, Kind, Place, Sums, hour_ending, hour_of
from workflows.words import Window


@dataclass(frozen=True, slots=True)
class Stock:
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
        sums.add(place._replace(hour=OVER), counted)
    return [_stock(place, counted, moment) for place, counted in sums]


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
    passed = (RESOURCE.c.deadline_at > since, RESOURCE.c.deadline_at <= moment)
    return [(place._replace(hour=hour), sums) for place, sums in counted(connection, *passed)]


def counted(connection: Connection, *conditions: object) -> Sequence[tuple[Place, Sums]]:
    """The resources that meet these conditions, counted from their table, without their hour."""
    claimed = RESOURCE.c.claimed_at.is_not(None)
    keys = (
        RESOURCE.c.product,
        RESOURCE.c.state,
        RESOURCE.c.currency,
        RESOURCE.c.before_deadline,
        RESOURCE.c.from_deadline,
        claimed,
    )
    totals = [func.sum(RESOURCE.c[name]) for name in ("cash_minor", "before_minor", "from_minor")]
    query = select(*keys, func.count(), *totals).where(*conditions).group_by(*keys)  # type: ignore[arg-type]
    return [
        (Place(Kind.RESOURCES, product, state, currency, before, after, bool(is_claimed)), Sums(*map(int, sums)))
        for product, state, currency, before, after, is_claimed, *sums in connection.execute(query)
    ]
