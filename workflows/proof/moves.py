"""What can come next in a situation: everything anybody might say, and the clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import product as combinations
from typing import Any, Final

from workflows.definition import Product
from workflows.fields import Data, Field, check_data
from workflows.lapse import expiry_due
from workflows.proof.promises import UNUSED_AGAIN
from workflows.proof.situations import SETTLED, Situation
from workflows.proof.starts import TICK
from workflows.words import (
    METERING,
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_FAILED,
    REFUND_IN_DOUBT,
    REFUND_OVERRIDE,
    REFUND_REDIRECTED,
    REFUND_REQUESTED,
    REFUND_REVERSED,
    REFUND_SENT,
    REFUND_SUCCEEDED,
    WINDOW_EXPIRED,
)

ASKER: Final = "the one who asks"
MANAGER: Final = "an account manager"
SECOND: Final = "a second person"
PROVIDER_WORDS: Final = (
    REFUND_SENT,
    REFUND_IN_DOUBT,
    REFUND_REDIRECTED,
    REFUND_SUCCEEDED,
    REFUND_FAILED,
    REFUND_REVERSED,
)
CLOCK: Final = "the clock moves on"


class Kind(StrEnum):
    """Through which door a move comes in."""

    TOLD = "told"  # an event of another system, a request for a refund among them
    OVERRIDE = "override"
    REVIEW = "review"
    PROVIDER = "provider"
    CLOCK = "clock"
    SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can come next. `dated` is set for what is told: its time, beside the moment of its arrival."""

    kind: Kind
    event: str
    data: Data = field(default_factory=dict)
    dated: datetime | None = None
    actor: str = ""
    amount_minor: int = 0


class UnsampledFieldError(ValueError):
    """A required member of an event's data has no sample values, so the search cannot tell the event."""


@dataclass(frozen=True)
class Repertoire:
    """What can be told of a product: every use event with every combination of the sample values of its data."""

    product: Product

    @cached_property
    def eases(self) -> frozenset[str]:
        """The use events that somebody can bring about to get a refund; what a meter counts is use, and no remedy."""
        return frozenset(arc.event for arc in self.product.arcs if arc.actor != METERING)

    @cached_property
    def bound(self) -> frozenset[str]:
        """The use events whose own time matters: those that make the thing unused again."""
        return frozenset(arc.event for arc in self.product.arcs if arc.target in UNUSED_AGAIN)

    @cached_property
    def _told(self) -> dict[int | None, tuple[tuple[str, Data], ...]]:
        return {}

    def uses(self, left: int | None) -> tuple[tuple[str, Data], ...]:
        """Event and data; `left` is what the meter has left, None where there is none."""
        if left not in self._told:
            self._told[left] = tuple(
                (event, data)
                for event, fields in sorted(self.product.fields.items())
                for data in _combined(event, fields, left)
            )
        return self._told[left]


def _combined(event: str, fields: tuple[Field, ...], left: int | None) -> Iterator[Data]:
    choices = [[(item.name, value) for value in _values(event, item, left)] for item in fields]
    for chosen in combinations(*choices):
        yield check_data(fields, {name: value for name, value in chosen if value is not None})


def _values(event: str, item: Field, left: int | None) -> tuple[Any, ...]:
    """The sample values of one member; None stands for leaving it out."""
    if item.required and not item.samples:
        raise UnsampledFieldError(f"{event}: the member {item.name} has no sample values; Field.samples gives them")
    values = item.samples
    if left is not None and any(isinstance(value, int) and not isinstance(value, bool) for value in values):
        values = tuple(sorted({*values, max(left, 1), left + 1}))
    return values if item.required or item.default is not None else (None, *values)


def moves(repertoire: Repertoire, situation: Situation) -> Iterator[Move]:
    """Everything that can come next."""
    yield from _told(repertoire, situation)
    yield from _overrides(situation)
    yield from _words(situation)
    if situation.phase + 1 < len(situation.start.instants):
        yield Move(Kind.CLOCK, CLOCK)
    due = expiry_due(situation.resource)
    if due is not None and due <= situation.now:
        yield Move(Kind.SWEEP, WINDOW_EXPIRED)


def _told(repertoire: Repertoire, situation: Situation) -> Iterator[Move]:
    uses = repertoire.uses(_left(situation))
    for dated in _dates(situation):
        for event, data in uses:
            if dated == situation.now or event in repertoire.bound:
                yield Move(Kind.TOLD, event, data, dated)
        yield Move(Kind.TOLD, REFUND_REQUESTED, {"requested_by": ASKER}, dated, ASKER)


def _dates(situation: Situation) -> tuple[datetime, ...]:
    """Of now; in time though it is told after the deadline; at the deadline though it is told just before it."""
    now, deadline = situation.now, situation.start.deadline_at
    if now >= deadline:
        return (now, deadline - TICK)
    return (now, deadline) if now == deadline - TICK else (now,)


def _left(situation: Situation) -> int | None:
    units, meter = situation.start.units, situation.start.product.meter
    if units is None or meter is None:
        return None
    used: int = situation.resource.facts.get(meter.used, 0)
    return max(units - used, 0)


def _overrides(situation: Situation) -> Iterator[Move]:
    start = situation.start
    most = min(start.rules.override_up_to.get(start.currency, 0), start.cash_minor)
    for amount in sorted({most, most + 1} - {0}):
        data = {"reason": "goodwill"}
        yield Move(Kind.OVERRIDE, REFUND_OVERRIDE, data, actor=MANAGER, amount_minor=amount)


def _words(situation: Situation) -> Iterator[Move]:
    """Words about the latest refund, fitting or not; the one who asked tries to decide on it too."""
    refund = situation.resource.refund
    if refund is None:
        return
    if refund.status in SETTLED:
        yield Move(Kind.PROVIDER, REFUND_SUCCEEDED, actor="the provider")
        return
    for event in (REFUND_APPROVED, REFUND_DECLINED):
        for actor in (SECOND, refund.requested_by):
            yield Move(Kind.REVIEW, event, {"reason": "looked at"}, actor=actor)
    for event in PROVIDER_WORDS:
        yield Move(Kind.PROVIDER, event, actor="the provider")
