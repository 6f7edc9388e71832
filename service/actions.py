"""Wishes to other systems: where the remedy needs one of them to act, it is told by hook; its answer is the event."""

from typing import Any
from uuid import uuid4

from persistence.store import Connection
from service.batch import Batch
from service.desk import Desk
from service.questions import NotFoundError
from workflows.decision import Effect, EffectKind
from workflows.definition import Arc
from workflows.resource import Resource
from workflows.words import ACTION_REQUESTED


class ActionError(ValueError):
    """The action is no step of a remedy that this resource could take now; the message says which would be."""


def wish(desk: Desk, connection: Connection, resource_id: str, event: str, actor: str) -> dict[str, Any]:
    """Record the wish that an event be made to happen, and have the responsible system told.

    Nothing about the resource changes until that system tells the event. Raises NotFoundError, or ActionError where the
    event is not a step that the resource's present state allows.
    """
    now = desk.clock.now()
    batch = Batch.opened(desk, connection, [resource_id])
    resource = batch.standings[resource_id].resource
    if resource is None:
        raise NotFoundError(f"no payment is known for resource {resource_id[:80]!r}")
    arc = _step(desk, resource, event)
    wished = {
        "action_id": uuid4().hex,
        "event": event,
        "actor": arc.actor,
        "data": dict(arc.step.data) if arc.step else {},
        "requested_by": actor,
        "resource_id": resource.id,
        "product": resource.payment.product,
        "order_id": resource.payment.order_id,
        "account_id": resource.payment.account_id,
        "state": resource.state,
    }
    batch.effects.append(Effect(EffectKind.NOTIFY, ACTION_REQUESTED, resource.id, now, wished))
    batch.write(now)
    return wished


def _step(desk: Desk, resource: Resource, event: str) -> Arc:
    steps = [arc for arc in desk.policy.product(resource).leaving[resource.state] if arc.step is not None]
    for arc in steps:
        if arc.event == event:
            return arc
    possible = ", ".join(arc.event for arc in steps) or "none"
    raise ActionError(f"{event} is no step that leads on from {resource.state}; possible: {possible}")
