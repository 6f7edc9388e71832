"""Reports: the sums that dashboards show, as of now, read from running sums and never by looking at every resource."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from persistence import lateness, stock, tallies
from persistence.stock import Stock
from persistence.tallies import Kind, Place, Sums
from service.desk import Desk
from workflows.money import Money
from workflows.words import Availability, Window

#: Where a refund can still come of it.
REFUNDABLE: Final = frozenset({Availability.AVAILABLE, Availability.ACTION_REQUIRED, Availability.REVIEW_REQUIRED})
AN_INSTANT: Final = timedelta(microseconds=1)
#: So many ends of windows are looked at one by one.
MOST_EXPIRIES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is about; None asks for all."""

    product: str | None = None
    currency: str | None = None

    def takes(self, product: str, currency: str) -> bool:
        return self.product in (None, product) and (self.currency in (None, currency) or not currency)


@dataclass(frozen=True, slots=True)
class Exposed:
    """Cash that may still have to be paid back, of the resources whose window closes on one day (UTC).

    `day` is the last day of the window; None for windows that a request has claimed, which no longer close.
    """

    day: date | None
    product: str
    amount: Money
    resources: int


@dataclass(frozen=True, slots=True)
class Happened:
    """How often something happened within an hour or a day from `since` on.

    `what` is the status that refunds came to, or the reason that stood in refusals.
    """

    since: datetime
    product: str
    what: str
    number: int
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Dwell:
    """How long the resources of a product have stood in a state."""

    product: str
    state: str
    number: int
    median: timedelta
    p95: timedelta


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late window ends were recorded on one day (UTC): late is the time from falling due to being recorded."""

    day: date
    number: int
    median: timedelta
    p95: timedelta
    most: timedelta


def states(desk: Desk, wanted: Wanted) -> list[Stock]:
    """How much stands where now, without regard to when windows close."""
    with desk.store.reading() as connection:
        found = stock.totals(connection, desk.clock.now())
    together = [one for one in found if one.count and wanted.takes(one.product, one.currency)]
    return sorted(together, key=lambda one: (one.product, one.state, one.currency, one.window, one.availability))


def exposure(desk: Desk, wanted: Wanted) -> list[Exposed]:
    """The cash still refundable, by the day on which its window closes; claimed windows first."""
    with desk.store.reading() as connection:
        found = [one for one in stock.at(connection, desk.clock.now()) if wanted.takes(one.product, one.currency)]
    sums: dict[tuple[date | None, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        if is_refundable(one):
            held = sums[closing_day(one), one.product, one.currency]
            held[0] += one.amount_minor
            held[1] += one.count
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] or date.min, *item[0][1:]))
    return [
        Exposed(day, product, Money(currency, amount), count)
        for (day, product, currency), (amount, count) in ordered
        if count
    ]


def is_refundable(one: Stock) -> bool:
    """Whether money may still have to be paid back of these resources."""
    return one.availability in REFUNDABLE and one.window != Window.CLOSED


def closing_day(one: Stock) -> date | None:
    """The last day (UTC) of these resources' windows; None where they no longer close."""
    return None if one.closes is None else (one.closes - AN_INSTANT).date()


def refunds(desk: Desk, wanted: Wanted, since: datetime, *, hourly: bool = False) -> list[Happened]:
    """The refunds that came to each status since a moment, by day, or by hour for the last two days."""
    return _happened(desk, wanted, Kind.REFUND_MOVES, since, hourly)


def refusals(desk: Desk, wanted: Wanted, since: datetime, *, hourly: bool = False) -> list[Happened]:
    """How often each reason stood in a refusal since a moment; a refusal may have several."""
    return _happened(desk, wanted, Kind.REFUSALS, since, hourly)


def open_refunds(desk: Desk, wanted: Wanted) -> list[tuple[str, str, Money, int]]:
    """The refunds there are of each product and status: their sum, and how many."""
    with desk.store.reading() as connection:
        found = sorted(tallies.read(connection, Kind.REFUNDS))
    return [
        (place.product, place.state, Money(place.currency, sums.amount_minor), sums.number)
        for place, sums in found
        if wanted.takes(place.product, place.currency)
    ]


def dwell(desk: Desk, wanted: Wanted) -> list[Dwell]:
    """How long resources have stood in each state of each product: median and 95th percentile, by nearest rank."""
    now = desk.clock.now()
    with desk.store.reading() as connection:
        numbers: dict[tuple[str, str], int] = defaultdict(int)
        for one in stock.totals(connection, now):
            if wanted.product in (None, one.product):
                numbers[one.product, one.state] += one.count
        found = lateness.dwells(connection, numbers, now, (0.5, 0.95))
    return [Dwell(*key, numbers[key], *spans) for key, spans in sorted(found.items()) if len(spans) == 2]


def late(desk: Desk, since: datetime) -> list[Lateness]:
    """How late the ends of windows were recorded, day by day from the day of a moment on.

    Told of each day from a share of MOST_EXPIRIES, the last recorded; how many there were counts all.
    """
    first = tallies.day_of(since)
    days = (desk.clock.now() - first).days + 1
    with desk.store.reading() as connection:
        found = lateness.expired(connection, first, max(MOST_EXPIRIES // days, 1))
    return [_late_on(one.day, one.number, sorted(one.late)) for one in reversed(found)]


def _late_on(day: date, number: int, spans: Sequence[timedelta]) -> Lateness:
    return Lateness(day, number, ranked(spans, 50), ranked(spans, 95), spans[-1])


def ranked(spans: Sequence[timedelta], percent: int) -> timedelta:
    """Of spans in their order, the first that so many percent of them do not exceed."""
    return spans[max(-(-len(spans) * percent // 100), 1) - 1]


def _happened(desk: Desk, wanted: Wanted, kind: Kind, since: datetime, hourly: bool) -> list[Happened]:
    kept = tallies.hour_ending(desk.clock.now() - tallies.HOURLY_FOR)
    first = max(tallies.hour_of(since), kept) if hourly else tallies.day_of(since)
    with desk.store.reading() as connection:
        found = _by_span(tallies.read(connection, kind, since=first), hourly)
    return [
        Happened(
            place.hour,
            place.product,
            place.state,
            sums.number,
            Money(place.currency, sums.amount_minor) if place.currency else None,
        )
        for place, sums in sorted(found)
        if wanted.takes(place.product, place.currency)
    ]


def _by_span(found: Iterable[tuple[Place, Sums]], hourly: bool) -> Iterable[tuple[Place, Sums]]:
    together = tallies.Differences()
    for place, sums in found:
        together.add(place if hourly else place._replace(hour=tallies.day_of(place.hour)), sums)
    return together
