"""What a changed catalogue makes of what has been: which recorded moves it has no arc for, and how lives end in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.definition import Product
from workflows.differences import Content, onward_states
from workflows.eligibility import answer
from workflows.migrating import Stand, Stranding, Stuck, onward
from workflows.refund_machine import REFUND
from workflows.resource import Resource
from workflows.step import EarlierDefinitionError, Policy
from workflows.window_machine import WINDOW
from workflows.words import DEFINITION_MIGRATED, REFUNDED, REFUNDING

Move = tuple[str, str | None, str]


def has_arc(product: Product, move: Move) -> bool:
    """Whether the product has an arc for a recorded move (event, from, to), or its mapping accounts for it.

    What the refund's own machine and the window's say leaves the resource where it is; a move out of an earlier state
    or into one is as good as the mapping of that state.
    """
    event, source, target = move
    if event == DEFINITION_MIGRATED or source in product.moved or target in product.moved:
        return True
    if source is None:
        return product.starts.get(target) == event
    if any(event == arc.event and source in arc.sources and target == arc.target for arc in product.all_arcs):
        return True
    beside = {arc.event for machine in (REFUND, WINDOW) for arc in machine.arcs} - {
        arc.event for arc in product.refund_arcs
    }
    return source == target and event in beside


def without_way_on(before: Content, product: Product, stands: list[Stand]) -> Iterator[Stranding]:
    """Those whose state led somewhere else before, and now only back to itself though it is not final."""
    for stand in stands:
        state = onward(product, stand.state)
        if stand.origin is None and state is not None and state not in product.finals:
            old, new = onward_states(before, stand.state), onward_states(product.content, state)
            if old and not new:
                ways = ", ".join(sorted(old))
                yield Stranding(
                    Stuck.NO_WAY_ON,
                    stand,
                    f"{stand.state} led to {ways} before, and leads nowhere now",
                    "keep one of the arcs",
                )


@dataclass(frozen=True, slots=True)
class End:
    """How a life has come out by now: its state, what can be said of a refund, and of how much (minor units)."""

    state: str
    availability: str
    refund: str | None
    amount_minor: int | None

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "availability": self.availability,
            "refund": self.refund,
            "amount_minor": self.amount_minor,
        }


def end_of(policy: Policy, resource: Resource, at: datetime, unresolved: int) -> End:
    """The end as the policy sees it. Raises EarlierDefinitionError where it does not know the resource's state."""
    found = answer(policy.case(resource, at, unresolved))
    amount = None if found.amount is None else found.amount.minor
    return End(resource.state, found.availability.value, _status(resource), amount)


def stored_end(policy: Policy, resource: Resource, availability: str, at: datetime, unresolved: int) -> End:
    """The end as it stands in the store; `policy` is asked for the amount only, where it can tell."""
    try:
        amount = end_of(policy, resource, at, unresolved).amount_minor
    except EarlierDefinitionError:
        refund = resource.refund
        amount = refund.amount_minor if refund is not None and resource.state in (REFUNDING, REFUNDED) else None
    return End(resource.state, availability, _status(resource), amount)


def _status(resource: Resource) -> str | None:
    return None if resource.refund is None else resource.refund.status.value
