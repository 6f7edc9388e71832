"""One event, one resource, one decision. Pure: everything it looks at is an argument.

`step` is the only way a resource changes. It never raises for what it is told: what does not fit is parked,
what a rule forbids is refused, what is unusable is rejected, each with its reasons.
"""

from dataclasses import dataclass
from datetime import datetime

from workflows import reasons, refunding
from workflows.advance import taken
from workflows.catalogue import Catalogue
from workflows.conditions import Case
from workflows.decision import Decision, announced, entry_of, record, refused
from workflows.definition import Arc, Product
from workflows.eligibility import past_grace
from workflows.events import Event
from workflows.history import UNCHAINED
from workflows.instants import instant_text
from workflows.machine import Engine
from workflows.payments import purchased
from workflows.reasons import Reason
from workflows.resource import Resource, birth, changes
from workflows.rules import RuleBook
from workflows.values import replace
from workflows.words import ORDER_PAID, REFUND_REQUESTED, REFUNDED, REFUNDING, Outcome


class EarlierDefinitionError(LookupError):
    """A resource stands, or stood at the moment asked about, where the present definitions know nothing of it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides: the products and the rules. What it decides is chained by hash, unless it is only supposed.

    Every method raises EarlierDefinitionError for a resource whose product the catalogue does not have.
    """

    catalogue: Catalogue
    rulebook: RuleBook
    chained: bool = True

    def product(self, resource: Resource) -> Product:
        try:
            return self.catalogue.product(resource.payment.product)
        except KeyError:
            raise EarlierDefinitionError(
                f"{resource.id} is of the product {resource.payment.product}, which no present definition describes"
            ) from None

    def engine(self, resource: Resource) -> Engine:
        return self.catalogue.engine(self.product(resource).key)

    def case(self, resource: Resource, at: datetime, unresolved: int = 0) -> Case:
        """The resource as it is judged at an instant. Raises EarlierDefinitionError for a state of another version."""
        product = self.product(resource)
        if resource.state not in product.leaving:
            raise EarlierDefinitionError(
                f"{resource.id} is {resource.state} as of {instant_text(at)}, a state of an earlier version of "
                f"{product.key}: the present definition {product.definition_hash[:12]} cannot judge it; "
                "its history can be read as ever"
            )
        return Case(product, resource, self.rulebook.version(resource.rules_version), at, unresolved)


def step(policy: Policy, resource: Resource | None, event: Event, now: datetime, unresolved: int = 0) -> Decision:
    """What becomes of an event told by another system.

    `resource` is None where the event's subject is not known yet; `unresolved` counts the subject's events that are
    parked or dead. `event.arrived_at` may lie before `now`: a parked event keeps the moment it was told.
    """
    if event.type == ORDER_PAID:
        return _paid(policy, resource, event, now)
    if event.type == REFUND_REQUESTED:
        return _requested(policy, resource, event, now, unresolved)
    return _used(policy, resource, event, now)


def _paid(policy: Policy, resource: Resource | None, event: Event, now: datetime) -> Decision:
    if resource is not None:
        reason = Reason(reasons.ALREADY_PAID, {"subject": event.subject})
        return Decision(Outcome.REJECTED, resource, reasons=(reason,))
    made = purchased(event.subject, event.time, event.data, policy.catalogue, policy.rulebook)
    if not policy.chained:
        made = replace(made, head=UNCHAINED)
    definition = policy.product(made).definition_hash
    after, row = record(None, made, entry_of(event, now, definition), birth(made))
    return Decision(Outcome.APPLIED, after, (row,), effects=(announced(row, after),), lets_in=True)


def _requested(policy: Policy, resource: Resource | None, event: Event, now: datetime, unresolved: int) -> Decision:
    if resource is None:
        reason = Reason(reasons.UNKNOWN_RESOURCE, {"subject": event.subject})
        return Decision(Outcome.REJECTED, None, reasons=(reason,))
    return refunding.requested(policy.engine(resource), policy.case(resource, event.time, unresolved), event, now)


def _used(policy: Policy, resource: Resource | None, event: Event, now: datetime) -> Decision:
    if resource is None:
        return Decision(Outcome.PARKED, None, detail=f"waits for the payment of {event.subject}")
    product = policy.product(resource)
    if event.type not in product.use_events:
        return _of_another_product(policy, resource, event)
    if resource.state == REFUNDED:
        return refused(resource, entry_of(event, now, product.definition_hash), (Reason(reasons.ALREADY_REFUNDED),))
    cursor = policy.engine(resource).fire(event.type, resource, event.data)
    if cursor is None:
        return _no_arc(resource, event)
    if cursor.arc is None:
        if Outcome.PARKED in cursor.otherwise:
            return Decision(Outcome.PARKED, resource, reasons=cursor.objections)
        return refused(resource, entry_of(event, now, product.definition_hash), cursor.objections)
    return _moved(policy, product, resource, cursor.arc, event, now)


def _of_another_product(policy: Policy, resource: Resource, event: Event) -> Decision:
    told_for = policy.catalogue.of_event(event.type)
    facts = {
        "type": event.type,
        "told_for": "none" if told_for is None else told_for.key,
        "subject": event.subject,
        "product": resource.payment.product,
    }
    return Decision(Outcome.REJECTED, resource, reasons=(Reason(reasons.WRONG_PRODUCT, facts),))


def _no_arc(resource: Resource, event: Event) -> Decision:
    if resource.state == REFUNDING:
        facts = {} if resource.refund is None else {"refund_id": resource.refund.id}
        return Decision(Outcome.PARKED, resource, reasons=(Reason(reasons.REFUND_IN_PROGRESS, facts),))
    if event.type == resource.last_use:
        return Decision(Outcome.APPLIED, resource, detail="a repeat of the last event; nothing changed")
    return Decision(Outcome.PARKED, resource, detail=f"{event.type} does not fit the state {resource.state}")


def _moved(policy: Policy, product: Product, resource: Resource, arc: Arc, event: Event, now: datetime) -> Decision:
    late = past_grace(event.time, event.arrived_at, resource.deadline_at, resource.late_until)
    after = taken(product, resource, arc, event.data, event.arrived_at if late else event.time)
    if resource.state == REFUNDING:
        return refunding.amended(policy.engine(resource), policy.case(after, event.time), resource, event, now)
    after, row = record(resource, after, entry_of(event, now, product.definition_hash), changes(resource, after))
    moved = after.state != resource.state
    return Decision(Outcome.APPLIED, after, (row,), effects=(announced(row, after),), lets_in=moved)
