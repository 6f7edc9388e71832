"""Leafing through resources, and finding things by name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from persistence import browsing, search
from persistence.browsing import Kind, Mark, Page, Sorting
from persistence.listing import Filter
from persistence.search import Hit, Sort
from service.desk import Desk

MOST_HITS_OF_EACH: Final = 8
MOST_NAMES: Final = 10


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of resources. `kinds` counts all that the filter's facets choose among; None where they are too many.

    `vague`: so many names begin as the filter asks that none are shown.
    """

    page: Page
    kinds: Counter[Kind] | None
    vague: bool = False


def leaf(desk: Desk, wanted: Filter, sorting: Sorting, mark: Mark | None, limit: int) -> Leaf:
    """The page at a mark of what a filter lets through."""
    with desk.store.reading() as connection:
        if browsing.is_vague(connection, wanted):
            return Leaf(Page((), None, None), None, vague=True)
        page = browsing.page(connection, wanted, sorting, mark, limit)
        return Leaf(page, browsing.counts(connection, _around(wanted)))


def _around(wanted: Filter) -> Filter:
    """The filter without what its facets choose; an amount keeps the currency it is meant in."""
    bounded = wanted.least_minor is not None or wanted.most_minor is not None
    currency = wanted.currency if bounded else None
    return replace(wanted, product=None, state=None, availability=None, window=None, currency=currency)


def found(desk: Desk, text: str) -> Sequence[Hit]:
    """What bears a name, or one that begins so; where one thing bears it wholly, only that."""
    with desk.store.reading() as connection:
        hits = search.find(connection, text, MOST_HITS_OF_EACH)
    exact = [hit for hit in hits if hit.exact]
    return exact if len(exact) == 1 else hits


def names(desk: Desk, sort: Sort, beginning: str) -> list[str]:
    """Names of a sort of thing that begin so, in their order."""
    with desk.store.reading() as connection:
        return search.names(connection, sort, beginning, MOST_NAMES)
