"""Machine definitions as values: what a product is, said once, for the machine, the remedy and the diagrams alike."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from workflows.fields import Data, Field
from workflows.reasons import Code, Reason
from workflows.resource import Facts, Resource
from workflows.words import (
    ACCOUNT_MANAGER,
    CUSTOMER,
    ORDER_PAID,
    PAYMENT_PROVIDER,
    PENDING,
    REFUND_DECLINED,
    REFUND_FAILED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    REFUND_SUCCEEDED,
    REFUNDED,
    REFUNDING,
    Outcome,
)

#: Conditions that are judged before an arc is tried, by name.
ELIGIBLE: Final = "eligible"
WITHIN_LIMIT: Final = "within the limit"


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on an arc. Where it does not hold, its reason is given and the event is `otherwise`."""

    name: str
    code: Code
    holds: Callable[[Resource, Data], bool]
    facts: Callable[[Resource, Data], dict[str, Any]] = lambda _resource, _data: {}
    otherwise: Outcome = Outcome.REFUSED

    def objection(self, resource: Resource, data: Data) -> Reason | None:
        return None if self.holds(resource, data) else Reason(self.code, self.facts(resource, data))


@dataclass(frozen=True, slots=True)
class Change:
    """The facts that an arc adds or replaces."""

    name: str
    facts: Callable[[Facts, Data], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """An arc as a step of a remedy: the reason given while it is missing, and the data that lets it pass."""

    missing: Code
    data: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arc:
    """From each of `sources` the event leads to `target`, where every guard holds.

    `came_from` narrows an arc that gives a refund back to the state it was asked from. `condition` names, for
    diagrams, what is judged before the arc is tried: a request for a refund has the eligibility answer before it.
    """

    event: str
    sources: tuple[str, ...]
    target: str
    actor: str
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    change: Change | None = None
    step: Step | None = None
    came_from: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Refundable:
    """A state in which a refund may be asked for.

    `by_deadline`: the state counts only if it was entered before the window's deadline. `partial`: what was not
    consumed is paid back, through review, while some but not all of it is consumed.
    """

    state: str
    by_deadline: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Meter:
    """Where a product keeps what was consumed and of how much: the names of two facts, in whole units."""

    used: str
    total: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A product's own rule that excludes a refund while it holds."""

    name: str
    code: Code
    speaks: Callable[[Resource], bool]


class Defined(Protocol):
    """What a machine, a check and a drawing need of a definition."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def starts(self) -> Mapping[str, str]:
        """The states it begins in, each with the event that puts it there."""
        ...

    @property
    def states(self) -> tuple[str, ...]: ...

    @property
    def finals(self) -> frozenset[str]:
        """The states in which it may stay for ever."""
        ...

    @property
    def all_arcs(self) -> tuple[Arc, ...]: ...

    def label(self, state: str) -> str: ...

    @property
    def content(self) -> dict[str, Any]:
        """All that the definition says, as JSON values."""
        ...

    @property
    def definition_hash(self) -> str:
        """The digest of `content`: the definition's version."""
        ...


@dataclass(frozen=True)
class Lifecycle:
    """A machine that is no product: the refund's own, or the window's."""

    key: str
    title: str
    starts: Mapping[str, str]
    arcs: tuple[Arc, ...]
    finals: frozenset[str]

    @property
    def all_arcs(self) -> tuple[Arc, ...]:
        return self.arcs

    @cached_property
    def states(self) -> tuple[str, ...]:
        return _named_states(self.starts, self.arcs)

    def label(self, state: str) -> str:
        return state.replace("_", " ").capitalize()

    @property
    def content(self) -> dict[str, Any]:
        return {"key": self.key, "starts": dict(self.starts), "arcs": [_arc_content(arc) for arc in self.arcs]}

    @cached_property
    def definition_hash(self) -> str:
        return _digest(self.content)


@dataclass(frozen=True)
class Product:
    """A product: its use arcs, its refundable states, and the rules of its own.

    An account manager may override a rule in every refundable state and in those of `by_override`: states in which
    nothing of the thing itself stands against it, only the terms. `moved` names states of earlier versions that this
    one no longer has, each with the state in which its resources go on.
    """

    key: str
    title: str
    arcs: tuple[Arc, ...]
    refundable: tuple[Refundable, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    payment_fields: tuple[Field, ...] = ()
    bars: tuple[Bar, ...] = ()
    meter: Meter | None = None
    by_override: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def use_events(self) -> frozenset[str]:
        return frozenset(arc.event for arc in self.arcs)

    @cached_property
    def fields(self) -> dict[str, tuple[Field, ...]]:
        """What the data of each use event must hold; the same on every arc of that event."""
        return {arc.event: arc.fields for arc in self.arcs}

    @cached_property
    def leaving(self) -> dict[str, tuple[Arc, ...]]:
        """The use arcs that leave each state."""
        return {state: tuple(arc for arc in self.arcs if state in arc.sources) for state in self.states}

    @cached_property
    def steps(self) -> dict[str, tuple[tuple[Arc, Step], ...]]:
        """The arcs that leave each state and can be steps of a remedy, each with what makes it one."""
        return {
            state: tuple((arc, arc.step) for arc in leaving if arc.step is not None)
            for state, leaving in self.leaving.items()
        }

    @cached_property
    def refund_arcs(self) -> tuple[Arc, ...]:
        """The arcs every product has: asking, overriding, and how a refund ends."""
        eligible = tuple(dict.fromkeys(way.state for way in self.refundable))
        asked_from = tuple(dict.fromkeys(eligible + self.by_override))
        asking = Arc(REFUND_REQUESTED, eligible, REFUNDING, CUSTOMER, condition=ELIGIBLE)
        overriding = Arc(REFUND_OVERRIDE, asked_from, REFUNDING, ACCOUNT_MANAGER, condition=WITHIN_LIMIT)
        paid = Arc(REFUND_SUCCEEDED, (REFUNDING,), REFUNDED, PAYMENT_PROVIDER)
        back = [
            Arc(event, (REFUNDING,), state, actor, came_from=state)
            for event, actor in ((REFUND_FAILED, PAYMENT_PROVIDER), (REFUND_DECLINED, ACCOUNT_MANAGER))
            for state in asked_from
        ]
        return (asking, overriding, paid, *back)

    @cached_property
    def all_arcs(self) -> tuple[Arc, ...]:
        return self.arcs + self.refund_arcs

    @property
    def starts(self) -> Mapping[str, str]:
        return {PENDING: ORDER_PAID}

    @property
    def finals(self) -> frozenset[str]:
        return frozenset({REFUNDED})

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The states the product uses, the initial one first, then in the order its arcs name them."""
        return _named_states(self.starts, self.all_arcs)

    def label(self, state: str) -> str:
        return self.labels.get(state, DEFAULT_LABELS[state])

    def ways_from(self, state: str) -> tuple[Refundable, ...]:
        return self._ways.get(state, ())

    @cached_property
    def _ways(self) -> dict[str, tuple[Refundable, ...]]:
        return {state: tuple(way for way in self.refundable if way.state == state) for state in self.states}

    def binds(self, state: str) -> bool:
        """Whether entering the state is a remedy, which the deadline binds."""
        return state in self._bound

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset(way.state for way in self.refundable if way.by_deadline)

    @cached_property
    def definition_hash(self) -> str:
        """The content hash of what the definition says; it stands in every history row the definition decided."""
        return _digest(self.content)

    @property
    def content(self) -> dict[str, Any]:
        said = {
            "key": self.key,
            "arcs": [_arc_content(arc) for arc in self.all_arcs],
            "refundable": [[way.state, way.by_deadline, way.partial] for way in self.refundable],
            "payment_fields": [[item.name, item.expects] for item in self.payment_fields],
            "bars": [[bar.name, bar.code.key] for bar in self.bars],
            "by_override": self.by_override,
            "meter": None if self.meter is None else [self.meter.used, self.meter.total],
        }
        # Only where there is something to say, so that a version from before this could be said keeps its hash.
        return said | {"moved": dict(self.moved)} if self.moved else said


def _named_states(starts: Mapping[str, str], arcs: tuple[Arc, ...]) -> tuple[str, ...]:
    named = [*starts]
    for arc in arcs:
        named += [*arc.sources, arc.target]
    return tuple(dict.fromkeys(named))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _arc_content(arc: Arc) -> list[Any]:
    return [
        arc.event,
        arc.sources,
        arc.target,
        arc.actor,
        [[item.name, item.expects, item.required, item.default] for item in arc.fields],
        [[guard.name, guard.code.key, guard.otherwise] for guard in arc.guards],
        arc.change.name if arc.change else None,
        [arc.step.missing.key, dict(arc.step.data)] if arc.step else None,
        arc.came_from,
        arc.condition,
    ]


DEFAULT_LABELS: Final = {
    "pending": "Pending",
    "verifying": "Verifying",
    "validation_failed": "Validation failed",
    "issued": "Issued",
    "revoking": "Revoking",
    "revoked": "Revoked",
    "reset": "Reset",
    "refunding": "Refunding",
    "refunded": "Refunded",
}
