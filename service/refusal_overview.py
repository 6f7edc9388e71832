"""Why refunds fail, at a glance: how often each reason, of which products, over time, and what was at stake."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from persistence import refusals, resources, tallies
from persistence.refusals import Filter, Place, Refusal, Weight
from service import reports
from service.desk import Desk
from service.refusals import check_filter
from service.reports import Happened, Wanted
from workflows.money import Money
from workflows.resource import Resource

#: What is at stake is summed over so many of the newest refusals of a period.
MOST_WEIGHED: Final = 1_000
#: Through so many refusals a page looks for those that are meant; the next page goes on from there.
LOOKED_THROUGH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Overview:
    """Refusals from `since` on. A refusal counts with each of its reasons, and once in `number`; None: not counted.

    `stakes` sums, by reason and currency, the cash paid for each refused resource once; of the newest `weighed`
    refusals where there are more.
    """

    since: datetime
    spans: Sequence[datetime]
    of: Mapping[str, Counter[str]]
    over_time: Mapping[str, Counter[datetime]]
    stakes: Mapping[str, Mapping[str, Money]]
    number: int | None
    weighed: int | None

    @property
    def reasons(self) -> int:
        """How many reasons were given in all."""
        return sum(counts.total() for counts in self.of.values())


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of refusals, each with its resource, and where the next one begins."""

    items: Sequence[tuple[Refusal, Resource]]
    following: Place | None


def overview(desk: Desk, days: int, product: str | None) -> Overview:
    """The refusals of today (UTC) and the days before it, `days` in all, by the day; of one day by the hour.

    Raises BadQuestionError.
    """
    check_filter(desk, Filter(product=product))
    now = desk.clock.now()
    since = tallies.day_of(now) - timedelta(days=days - 1)
    step = timedelta(hours=1) if days == 1 else timedelta(days=1)
    found = reports.refusals(desk, Wanted(product=product), since, hourly=days == 1)
    with desk.store.reading() as connection:
        weights = refusals.weights(connection, since, MOST_WEIGHED)
        number = None if product else refusals.number_since(connection, since)
    of, over_time = _counted(found)
    return Overview(
        since=since,
        spans=[since + step * count for count in range((now - since) // step + 1)],
        of=of,
        over_time=over_time,
        stakes=_stakes(one for one in weights if product in (None, one.product)),
        number=number,
        weighed=MOST_WEIGHED if len(weights) == MOST_WEIGHED else None,
    )


def leaf(desk: Desk, wanted: Filter, after: Place | None, limit: int, through: int = LOOKED_THROUGH) -> Leaf:
    """A page of refusals, the last recorded first, from among the `through` newest. Raises BadQuestionError."""
    check_filter(desk, wanted)
    with desk.store.reading() as connection:
        floor = refusals.moment_behind(connection, after, through)
        since = wanted.recorded_from
        if floor is not None and since is not None and floor <= since:
            floor = None
        bounded = wanted if floor is None else replace(wanted, recorded_from=floor)
        found = refusals.page(connection, bounded, after, limit + 1)
        known = resources.load(connection, [one.row.resource_id for one in found])
    items = [(one, known[one.row.resource_id]) for one in found[:limit]]
    if len(found) > limit:
        last = found[limit - 1].row
        return Leaf(items, Place(last.recorded_at, last.resource_id, last.seq))
    return Leaf(items, None if floor is None else Place(floor, "", 0))


def _counted(found: Iterable[Happened]) -> tuple[dict[str, Counter[str]], dict[str, Counter[datetime]]]:
    """The reasons by product and by time, the most frequent first."""
    of: dict[str, Counter[str]] = defaultdict(Counter)
    over_time: dict[str, Counter[datetime]] = defaultdict(Counter)
    for one in found:
        of[one.what][one.product] += one.number
        over_time[one.what][one.since] += one.number
    ordered = sorted(of, key=lambda code: (-of[code].total(), code))
    return {code: of[code] for code in ordered}, over_time


def _stakes(weights: Iterable[Weight]) -> dict[str, dict[str, Money]]:
    paid: dict[str, dict[str, Money]] = defaultdict(dict)
    for one in weights:
        for code in one.codes:
            paid[code][one.resource_id] = one.cash
    sums: dict[str, dict[str, Money]] = {}
    for code, of_resource in paid.items():
        minors: Counter[str] = Counter()
        for cash in of_resource.values():
            minors[cash.currency] += cash.minor
        sums[code] = {currency: Money(currency, minor) for currency, minor in sorted(minors.items())}
    return sums
