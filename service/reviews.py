"""Refunds that wait for a person: the queue of them, and all that the person needs to decide on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from persistence import happenings, history, inbox, refunds, resources, tallies
from persistence.happenings import Waited
from persistence.refunds import Filter, Listed, Mark, Page, Place
from persistence.store import Connection
from persistence.tallies import Kind
from service.desk import Desk
from service.refunds import NotManagerError, check_manager, found
from workflows.eligibility import Answer, answer
from workflows.money import Money
from workflows.reconsidering import Asking, asking, given_back
from workflows.resource import Resource
from workflows.review import objection
from workflows.step import EarlierDefinitionError
from workflows.words import RefundStatus

#: So many of the next ones are looked at for one that a person may decide on.
MOST_LOOKED_AT: Final = 50
MOST_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refund in review, its resource, and the answer that a request would get now; None where none can be given.

    `overdue`: it has waited longer than the terms allow. `against` says why the person's word would not count.
    """

    listed: Listed
    resource: Resource
    now: Answer | None
    overdue: bool
    against: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of refunds in review, the longest waiting first."""

    items: Sequence[Waiting]
    page: Page


@dataclass(frozen=True, slots=True)
class Review:
    """A refund with the answer as it was asked for and the answer now; what was told since and does not fit."""

    waiting: Waiting
    asked: Asking
    then: Answer | None
    told_since: Sequence[Waited]


def queue(desk: Desk, actor: str, product: str | None, mark: Mark | None, limit: int) -> Queue:
    """A page of the refunds in review, as one person sees them."""
    wanted = Filter(status=RefundStatus.IN_REVIEW.value, product=product)
    with desk.store.reading() as connection:
        page = refunds.leaf(connection, wanted, mark, limit, newest_first=False)
        return Queue(_waiting(desk, connection, page.items, actor), page)


def numbers(desk: Desk) -> dict[str, list[tuple[int, Money]]]:
    """How many refunds of each product are in review, and their sum in each currency; from the running sums."""
    counted: dict[str, list[tuple[int, Money]]] = {}
    with desk.store.reading() as connection:
        for place, sums in sorted(tallies.read(connection, Kind.REFUNDS)):
            if place.state == RefundStatus.IN_REVIEW and sums.number:
                told = (sums.number, Money(place.currency, sums.amount_minor))
                counted.setdefault(place.product, []).append(told)
    return counted


def review(desk: Desk, refund_id: str, actor: str) -> Review:
    """All there is to decide on. It need not be in review any more. Raises NotFoundError."""
    with desk.store.reading() as connection:
        listed = found(connection, refund_id)
        waiting = _waiting(desk, connection, [listed], actor)[0]
        asked = asking(history.of_resource(connection, listed.resource_id), refund_id)
        assert asked is not None, f"{refund_id} is in no history"
        unresolved = inbox.unresolved_at(connection, listed.resource_id, asked.row.recorded_at)
        told = happenings.waited(connection, listed.resource_id, MOST_TOLD)
    then = judged(desk, asked.before, asked.refund.requested_at, unresolved)
    since = [one for one in told if one.told.event.arrived_at > asked.row.recorded_at]
    return Review(waiting, asked, then, since)


def following(desk: Desk, actor: str, behind: Place, product: str | None = None) -> str | None:
    """The next refund in review that the person may decide on: behind a place, or else from the beginning."""
    wanted = Filter(status=RefundStatus.IN_REVIEW.value, product=product)
    with desk.store.reading() as connection:
        for after in (behind, None):
            for one in refunds.page(connection, wanted, after, MOST_LOOKED_AT):
                if one.refund.id != behind.id and against(desk, one, actor) is None:
                    return one.refund.id
    return None


def against(desk: Desk, listed: Listed, actor: str) -> str | None:
    """Why this person's word on a refund would not count, in a sentence; None where it would."""
    said = objection(listed.refund, actor)
    if said is not None:
        return str(said)
    if listed.refund.override:
        try:
            check_manager(desk, actor)
        except NotManagerError as error:
            return str(error)
    return None


def judged(desk: Desk, resource: Resource, at: datetime, unresolved: int) -> Answer | None:
    """The answer for a resource at an instant; None where no present definition can give one."""
    try:
        return answer(desk.policy.case(resource, at, unresolved))
    except EarlierDefinitionError:
        return None


def _waiting(desk: Desk, connection: Connection, listed: Sequence[Listed], actor: str) -> list[Waiting]:
    now = desk.clock.now()
    stored = resources.load_stored(connection, [one.resource_id for one in listed])
    seen = []
    for one in listed:
        kept = stored[one.resource_id]
        resource = kept.resource
        is_present = resource.refund is not None and resource.refund.id == one.refund.id
        standing = given_back(resource) if is_present else resource
        within = desk.policy.rulebook.version(resource.rules_version).review_within
        waits = one.refund.status == RefundStatus.IN_REVIEW
        overdue = waits and now - one.refund.requested_at > within
        answered = judged(desk, standing, now, kept.unresolved)
        seen.append(Waiting(one, resource, answered, overdue, against(desk, one, actor)))
    return seen
