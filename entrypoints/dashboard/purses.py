"""Where a cohort's money is, really and as supposed, currency by currency."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.comparing import Tally
from workflows.money import Money
from workflows.upshot import Kind

#: Money that has left, is on its way, waits for a person, or can still be asked for.
TITLES = {
    Kind.REFUNDED: "Refunded",
    Kind.UNDER_WAY: "Under way",
    Kind.IN_REVIEW: "In review",
    Kind.POSSIBLE: "Still refundable",
}


@dataclass(frozen=True, slots=True)
class Purse:
    """An amount as it is and as it would be."""

    title: str
    before: Money
    after: Money

    @property
    def more(self) -> int:
        """By how many minor units it would be more; below zero: less."""
        return self.after.minor - self.before.minor

    @property
    def difference(self) -> Money:
        return Money(self.before.currency, abs(self.more))


def purses(tally: Tally) -> Iterator[Purse]:
    """Those in which there is anything, really or as supposed."""
    for currency, sums in sorted(tally.money.items()):
        for kind, title in TITLES.items():
            if sums.before[kind] or sums.after[kind]:
                yield Purse(title, Money(currency, sums.before[kind]), Money(currency, sums.after[kind]))
