"""Long lists of ids in portions that every driver takes in one statement."""

from collections.abc import Iterable, Iterator
from itertools import islice

LARGEST_PORTION = 500


def portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """The distinct ids, in their order, at most LARGEST_PORTION at a time."""
    rest = iter(dict.fromkeys(ids))
    while some := list(islice(rest, LARGEST_PORTION)):
        yield some
