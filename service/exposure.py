"""Refund exposure as finance asks for it: cash that may still go out, currency by currency, and until when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from persistence.stock import Stock
from persistence.tallies import Place, Sums
from service.reports import closing_day, is_refundable
from workflows.money import Money
from workflows.words import Availability, RefundStatus

#: Refunds that are asked for and neither paid nor over.
UNDER_WAY: Final = frozenset(
    {RefundStatus.IN_REVIEW, RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT}
)


@dataclass(slots=True)
class Exposure:
    """The cash of one currency that may still go out; sums are minor units.

    `by_day` is told by availability under the last day of the windows (UTC); the day None stands for windows that a
    request has claimed, which no longer close.
    """

    currency: str
    resources: int = 0
    under_way: int = 0
    by_day: dict[date | None, Counter[str]] = field(default_factory=dict)

    @property
    def days(self) -> list[date]:
        """The days on which something closes, in order."""
        return sorted(day for day in self.by_day if day is not None)

    @property
    def ready(self) -> Money:
        """What can be asked for as things stand, with or without a person's word."""
        return self._all(Availability.AVAILABLE, Availability.REVIEW_REQUIRED)

    @property
    def missing(self) -> Money:
        """What can be asked for only once a step of the remedy has been taken."""
        return self._all(Availability.ACTION_REQUIRED)

    @property
    def claimed(self) -> Money:
        """The part of both whose windows no longer close."""
        return Money(self.currency, self.by_day.get(None, Counter()).total())

    @property
    def on_its_way(self) -> Money:
        """What refunds already asked for would pay."""
        return Money(self.currency, self.under_way)

    def on(self, day: date, availability: str) -> Money:
        return Money(self.currency, self.by_day[day][availability])

    def _all(self, *availabilities: str) -> Money:
        return Money(self.currency, sum(sums[key] for sums in self.by_day.values() for key in availabilities))


def exposures(stock: Iterable[Stock], refunds: Iterable[tuple[Place, Sums]]) -> Sequence[Exposure]:
    """The exposure of each currency, the one with most resources first."""
    found: dict[str, Exposure] = {}
    for one in stock:
        if is_refundable(one) and one.count:
            exposure = found.setdefault(one.currency, Exposure(one.currency))
            exposure.resources += one.count
            exposure.by_day.setdefault(closing_day(one), Counter())[one.availability] += one.amount_minor
    for place, sums in refunds:
        if place.state in UNDER_WAY and sums.number:
            found.setdefault(place.currency, Exposure(place.currency)).under_way += sums.amount_minor
    return sorted(found.values(), key=lambda one: (-one.resources, one.currency))
