"""Many resources judged at once, in portions: given by their ids, or all that a filter lets through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from persistence import listing, resources
from persistence.listing import Filter
from persistence.portions import LARGEST_PORTION, portions
from service.bulk_totals import Totals
from service.desk import Desk
from workflows.eligibility import Answer, answer

Selection = Sequence[str] | Filter


@dataclass(frozen=True, slots=True)
class Judged:
    """A resource and its answer; None where no payment is known for it."""

    resource_id: str
    answer: Answer | None


def judged(desk: Desk, selection: Selection, at: datetime) -> Iterator[Judged]:
    """Each resource of a selection with its answer as of an instant, in the order of the ids given or of all ids.

    One portion is read at a time, on a snapshot of its own.
    """
    if isinstance(selection, Filter):
        yield from _all_that_match(desk, replace(selection, at=at))
        return
    for some in portions(selection):
        with desk.store.reading() as connection:
            found = resources.load_stored(connection, some)
        for id_ in some:
            one = found.get(id_)
            case = None if one is None else desk.policy.case(one.resource, at, one.unresolved)
            yield Judged(id_, None if case is None else answer(case))


def page(desk: Desk, wanted: Filter, after_id: str | None, limit: int) -> list[Judged]:
    """A page of what a filter lets through, in the order of the ids."""
    with desk.store.reading() as connection:
        found = listing.page(connection, wanted, after_id, limit)
    return [Judged(one.resource.id, answer(desk.policy.case(one.resource, wanted.at, one.unresolved))) for one in found]


def _all_that_match(desk: Desk, wanted: Filter) -> Iterator[Judged]:
    after: str | None = None
    while some := page(desk, wanted, after, LARGEST_PORTION):
        yield from some
        after = some[-1].resource_id


def by_availability(answers: Iterator[Judged]) -> Totals:
    """The totals of answers by their availability; `unknown` are resources that no payment is known for."""
    totals = Totals()
    for one in answers:
        if one.answer is None:
            totals.add("unknown", None, ())
        else:
            totals.add(one.answer.availability, one.answer.amount, (reason.code.key for reason in one.answer.reasons))
    return totals
