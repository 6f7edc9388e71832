"""Asking for refunds, deciding on them, and seeing how they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from persistence import attempts, ledger, listing, refunds
from persistence.attempts import Attempt
from persistence.ledger import Credit
from persistence.listing import Filter as ResourceFilter
from persistence.refunds import Filter, Listed, Place
from persistence.store import Connection
from service.batch import Batch, Result
from service.desk import Desk
from service.questions import NotFoundError
from service.record import log_rows
from workflows.events import Event
from workflows.money import parse_amount
from workflows.overriding import overridden
from workflows.resource import Resource
from workflows.review import reviewed
from workflows.words import REFUND_REQUESTED, Outcome

SOURCE: Final = "refundry"
MOST_OF_AN_ORDER: Final = 1000


class NotManagerError(PermissionError):
    """Only an account manager may do this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for one resource: the event's result, and the resource behind it."""

    result: Result
    resource: Resource

    @property
    def accepted(self) -> bool:
        return self.result.outcome == Outcome.APPLIED


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund with every call made to its provider."""

    listed: Listed
    attempts: Sequence[Attempt]


def ask(desk: Desk, connection: Connection, resource_ids: Sequence[str], actor: str) -> list[Asked]:
    """Ask for the refund of each of these resources, within a transaction. Raises NotFoundError for one unknown."""
    now = desk.clock.now()
    batch = Batch.opened(desk, connection, resource_ids)
    asked = [_asked(batch, resource_id, actor, now) for resource_id in resource_ids]
    batch.write(now)
    log_rows(batch.rows)
    return asked


def _asked(batch: Batch, resource_id: str, actor: str, now: datetime) -> Asked:
    if batch.standings[resource_id].resource is None:
        raise NotFoundError(f"no payment is known for resource {resource_id[:80]!r}")
    id_ = uuid4().hex
    result = batch.tell(
        Event(
            source=SOURCE,
            id=id_,
            type=REFUND_REQUESTED,
            subject=resource_id,
            time=now,
            data={"requested_by": actor},
            arrived_at=now,
            fingerprint=id_,
        )
    )
    resource = batch.standings[resource_id].resource
    assert resource is not None
    return Asked(result, resource)


def decide(
    desk: Desk, refund_id: str, actor: str, *, approve: bool, reason: str | None, amount: str | None
) -> RefundView:
    """The word of a second person on a refund in review. `amount`, in major units, binds an approval to what was seen.

    An override is decided on by account managers only. Raises NotFoundError, ReviewError, NotManagerError, or
    AmountError for an amount that cannot be read.
    """
    with desk.store.writing() as connection:
        decided(desk, connection, refund_id, actor, approve=approve, reason=reason, amount=amount)
    return view(desk, refund_id)


def decided(
    desk: Desk,
    connection: Connection,
    refund_id: str,
    actor: str,
    *,
    approve: bool,
    reason: str | None,
    amount: str | None,
) -> None:
    """What `decide` does, within a transaction."""
    now = desk.clock.now()
    listed = found(connection, refund_id)
    batch = Batch.opened(desk, connection, [listed.resource_id])
    resource = batch.standings[listed.resource_id].resource
    assert resource is not None
    if listed.refund.override:
        check_manager(desk, actor)
    decision = reviewed(
        desk.policy.engine(resource),
        resource,
        refund_id,
        actor,
        now,
        approve=approve,
        reason=reason,
        amount_minor=None if amount is None else parse_amount(amount, resource.payment.currency),
    )
    batch.decide(decision, now)
    batch.write(now)
    log_rows(batch.rows)


def override(desk: Desk, connection: Connection, resource_id: str, actor: str, reason: str, amount: str) -> Asked:
    """Ask, as an account manager, for a refund although a rule says no; `amount` in major units.

    Raises NotManagerError, NotFoundError, AmountError or OverrideError.
    """
    check_manager(desk, actor)
    now = desk.clock.now()
    batch = Batch.opened(desk, connection, [resource_id])
    standing = batch.standings[resource_id]
    if standing.resource is None:
        raise NotFoundError(f"no payment is known for resource {resource_id[:80]!r}")
    minor = parse_amount(amount, standing.resource.payment.currency)
    case = desk.policy.case(standing.resource, now, standing.unresolved)
    in_force = desk.policy.rulebook.in_force(now)
    decision = overridden(desk.policy.engine(standing.resource), case, in_force, actor, reason, minor, now)
    batch.decide(decision, now)
    batch.write(now)
    log_rows(batch.rows)
    assert decision.resource is not None
    result = Result(None, None, decision.outcome, resource_id, decision.state, decision.reasons)
    return Asked(result, decision.resource)


def check_manager(desk: Desk, actor: str) -> None:
    """Raise NotManagerError for who is no account manager."""
    if actor not in desk.account_managers:
        raise NotManagerError(f"{actor} is no account manager; REFUNDRY_ACCOUNT_MANAGERS names who is")


def view(desk: Desk, refund_id: str) -> RefundView:
    """A refund with its attempts. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _viewed(connection, [found(connection, refund_id)])[0]


def list_refunds(desk: Desk, wanted: Filter, after: Place | None, limit: int) -> list[RefundView]:
    """A page of refunds in the order in which they were asked for."""
    with desk.store.reading() as connection:
        return _viewed(connection, refunds.page(connection, wanted, after, limit))


def resources_of_order(desk: Desk, order_id: str) -> Sequence[listing.Listed]:
    """The resources of an order as they stand now. Raises NotFoundError."""
    with desk.store.reading() as connection:
        wanted = ResourceFilter(at=desk.clock.now(), order_id=order_id)
        found = listing.page(connection, wanted, None, MOST_OF_AN_ORDER)
    if not found:
        raise NotFoundError(f"no payment is known for order {order_id[:80]!r}")
    return found


def credits_of(desk: Desk, account_id: str) -> Sequence[Credit]:
    """What was credited to an account's balance, oldest first."""
    with desk.store.reading() as connection:
        return ledger.of_account(connection, account_id)


def found(connection: Connection, refund_id: str) -> Listed:
    """A refund and what it is about, within a transaction. Raises NotFoundError."""
    listed = refunds.find(connection, refund_id)
    if listed is None:
        raise NotFoundError(f"there is no refund {refund_id[:80]!r}")
    return listed


def _viewed(connection: Connection, listed: Sequence[Listed]) -> list[RefundView]:
    made = attempts.of_refunds(connection, [one.refund.id for one in listed])
    return [RefundView(one, made[one.refund.id]) for one in listed]
