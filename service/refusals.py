"""Why refunds are refused: refusals listed and counted, by reason, product, account and day."""

from collections.abc import Iterable, Sequence

from persistence import refusals
from persistence.refusals import DIMENSIONS, Counts, Filter, Place, Refusal
from service.desk import Desk
from workflows.instants import instant_text
from workflows.reasons import CODES


class BadQuestionError(ValueError):
    """Refusals cannot be asked for like this; the message names what was wrong and what would be right."""


def list_refusals(desk: Desk, wanted: Filter, after: Place | None, limit: int) -> list[Refusal]:
    """A page of refusals, the last recorded first. Raises BadQuestionError."""
    check_filter(desk, wanted)
    with desk.store.reading() as connection:
        return refusals.page(connection, wanted, after, limit)


def count_refusals(desk: Desk, wanted: Filter, by: Sequence[str], largest: int) -> Counts:
    """How many refusals there are, in all and by some dimensions, the largest groups first. Raises BadQuestionError."""
    check_filter(desk, wanted)
    check_dimensions(by)
    with desk.store.reading() as connection:
        return refusals.counts(connection, wanted, by, largest)


def check_dimensions(by: Sequence[str]) -> None:
    """Raise BadQuestionError for something that refusals are not counted by, or for the same thing twice."""
    for name in by:
        _one_of("by", name, DIMENSIONS)
    if not by or len(set(by)) < len(by):
        told = f"names {', '.join(by)}" if by else "is empty"
        raise BadQuestionError(f"by {told}; it must name one or more of {', '.join(DIMENSIONS)}, each once")


def check_filter(desk: Desk, wanted: Filter) -> None:
    """Raise BadQuestionError for a filter that nothing could ever pass."""
    _one_of("reason", wanted.reason, CODES)
    _one_of("product", wanted.product, desk.policy.catalogue.keys)
    since, until = wanted.recorded_from, wanted.recorded_to
    if since is not None and until is not None and since >= until:
        told, end = instant_text(since), instant_text(until)
        raise BadQuestionError(
            f"the time from {told} on and before {end} is empty; the first must lie before the second"
        )


def _one_of(name: str, told: str | None, allowed: Iterable[str]) -> None:
    keys = list(allowed)
    if told is not None and told not in keys:
        raise BadQuestionError(f"{name} is {told[:80]!r}; it must be one of {', '.join(keys)}")
