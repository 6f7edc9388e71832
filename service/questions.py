"""What can be asked: a resource, its history, its eligibility at any instant, and lists of resources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from persistence import history, inbox, listing, resources
from persistence.inbox import WaitingEvent
from persistence.listing import Filter, Listed
from service.desk import Desk
from workflows.eligibility import Answer, answer
from workflows.history import Row, fold
from workflows.instants import instant_text
from workflows.resource import Resource


class NotFoundError(LookupError):
    """There is nothing under this name, or there was not yet at the instant asked about."""


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource as it stands now: its present answer, what may happen next, and what nobody has resolved."""

    resource: Resource
    answer: Answer
    next_events: tuple[dict[str, str], ...]
    unresolved: Sequence[WaitingEvent]


def eligibility(desk: Desk, resource_id: str, at: datetime | None = None) -> Answer:
    """The eligibility answer as of an instant; None: now.

    A past instant is judged on the history up to it, a future one on the present state. Raises NotFoundError for a
    resource that is not known, or was not paid for yet, PutAwayError for an instant of which too much was put away.
    """
    now = desk.clock.now()
    with desk.store.reading() as connection:
        if at is not None and at < now:
            resource = fold(history.prefix(connection, resource_id, at))
            unresolved = inbox.unresolved_at(connection, resource_id, at)
        else:
            resource = resources.load(connection, [resource_id]).get(resource_id)
            unresolved = len(inbox.list_waiting(connection, resource_id))
    if resource is None or (at is not None and at < resource.payment.paid_at):
        raise NotFoundError(not_there(resource_id, at))
    return answer(desk.policy.case(resource, now if at is None else at, unresolved))


def view(desk: Desk, resource_id: str) -> ResourceView:
    """A resource with all that is known of it now. Raises NotFoundError."""
    with desk.store.reading() as connection:
        resource = resources.load(connection, [resource_id]).get(resource_id)
        if resource is None:
            raise NotFoundError(not_there(resource_id, None))
        unresolved = inbox.list_waiting(connection, resource_id)
    found = answer(desk.policy.case(resource, desk.clock.now(), len(unresolved)))
    arcs = desk.policy.product(resource).leaving[resource.state]
    following = [{"event": arc.event, "to": arc.target, "actor": arc.actor} for arc in arcs]
    if found.accepted:
        following.append({"event": "refund.requested", "to": "refunding", "actor": "customer"})
    return ResourceView(resource, found, tuple(following), unresolved)


def rows_of(desk: Desk, resource_id: str, after_seq: int, limit: int) -> list[Row]:
    """A page of a resource's history, oldest first. Raises NotFoundError."""
    with desk.store.reading() as connection:
        found = list(history.of_resource(connection, resource_id, after_seq, limit))
        if not found and not resources.load(connection, [resource_id]):
            raise NotFoundError(not_there(resource_id, None))
    return found


def list_resources(desk: Desk, wanted: Filter, after_id: str | None, limit: int) -> Sequence[Listed]:
    """A page of the resources that a filter lets through."""
    with desk.store.reading() as connection:
        return listing.page(connection, wanted, after_id, limit)


def not_there(resource_id: str, at: datetime | None = None) -> str:
    shown = resource_id if len(resource_id) <= 80 else resource_id[:77] + "…"
    if at is None:
        return f"no payment is known for resource {shown!r}"
    return f"no payment is known for resource {shown!r} by {instant_text(at)}"
