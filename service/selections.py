"""Many resources judged at once, in portions: given by their ids, or all that a filter lets through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from persistence import listing, resources
from persistence.listing import Filter
from persistence.portions import LARGEST_PORTION, portions
from persistence.store import Connection
from service.bulk_totals import Totals
from service.desk import Desk
from workflows import reasons
from workflows.eligibility import Answer, answer
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.step import EarlierDefinitionError

Selection = Sequence[str] | Filter


@dataclass(frozen=True, slots=True)
class Judged:
    """A resource and its answer; None where no payment is known for it.

    Or where only an earlier definition could judge it: then `unjudged` says why.
    """

    resource_id: str
    answer: Answer | None
    unjudged: Reason | None = None


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
            yield Judged(id_, None) if one is None else _judged(desk, one.resource, at, one.unresolved)


def page(desk: Desk, wanted: Filter, after_id: str | None, limit: int) -> list[Judged]:
    """A page of what a filter lets through, in the order of the ids."""
    with desk.store.reading() as connection:
        return page_within(desk, connection, wanted, after_id, limit)


def page_within(desk: Desk, connection: Connection, wanted: Filter, after_id: str | None, limit: int) -> list[Judged]:
    """The same page, read within a transaction."""
    found = listing.page(connection, wanted, after_id, limit)
    return [_judged(desk, one.resource, wanted.at, one.unresolved) for one in found]


def _judged(desk: Desk, resource: Resource, at: datetime, unresolved: int) -> Judged:
    try:
        return Judged(resource.id, answer(desk.policy.case(resource, at, unresolved)))
    except EarlierDefinitionError as error:
        return Judged(resource.id, None, Reason(reasons.EARLIER_DEFINITION, {"problem": str(error)}))


def _all_that_match(desk: Desk, wanted: Filter) -> Iterator[Judged]:
    after: str | None = None
    while some := page(desk, wanted, after, LARGEST_PORTION):
        yield from some
        after = some[-1].resource_id


def by_availability(answers: Iterator[Judged]) -> Totals:
    """The totals of answers by their availability.

    `unknown` are resources that no payment is known for, `unjudged` those that only an earlier definition could judge.
    """
    totals = Totals()
    for one in answers:
        if one.unjudged is not None:
            totals.add("unjudged", None, (one.unjudged.code.key,))
        elif one.answer is None:
            totals.add("unknown", None, ())
        else:
            totals.add(one.answer.availability, one.answer.amount, (reason.code.key for reason in one.answer.reasons))
    return totals
