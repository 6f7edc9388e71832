"""A supposition: what would become of one resource, decided as if it had happened. Nothing of it is ever stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from workflows import refund_machine
from workflows.decision import Decision
from workflows.definition import Product
from workflows.eligibility import Answer, answer
from workflows.events import RejectedError, read_event
from workflows.fields import LARGEST_COUNT, BadDataError, Field, shown
from workflows.history import PutAwayError, Row, fold, what_is_missing
from workflows.instants import instant_text
from workflows.intake import Standing, admitted, buried, tell
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.settling import RefundStateError, Word, refund_moved
from workflows.step import Policy
from workflows.values import replace
from workflows.words import (
    ACCOUNT_BALANCE,
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_REDIRECTED,
    REFUND_REVERSED,
    REFUNDRY,
    Outcome,
)

#: What may be said of a refund that was asked for; outside a supposition only Refundry itself says it.
REFUND_WORDS: Final = frozenset(arc.event for arc in refund_machine.REFUND.all_arcs)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something supposed to be told at `arrived_at`: an event as a CloudEvent has it, or a word about a refund."""

    message: Mapping[str, Any]
    arrived_at: datetime

    @property
    def type(self) -> Any:
        return self.message.get("type")


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one event, in a trace. `waited`: it had been parked, and the step before it let it in.

    `answer` is what could be said of a refund right afterwards.
    """

    event: str
    at: datetime
    outcome: Outcome
    before: Resource
    after: Resource
    answer: Answer
    reasons: tuple[Reason, ...] = ()
    detail: str | None = None
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """Where a supposition starts: a standing, and the rows behind it, by which past instants are judged.

    `unresolved_at` counts the events that were unresolved at a past instant; `facts` are supposed of it at any time.
    """

    standing: Standing
    rows: Sequence[Row] = ()
    unresolved: Sequence[tuple[datetime, datetime | None]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def prefix(self, at: datetime) -> Resource | None:
        """The resource as of a past instant: up to the first row that happened after it.

        Raises PutAwayError for an instant of which the rows were put away.
        """
        reason = what_is_missing(self.rows)
        if reason is not None and at < self.rows[0].occurred_at:
            raise PutAwayError(f"nothing can be said as of {instant_text(at)}: {reason}")
        end = next((place for place, row in enumerate(self.rows) if row.occurred_at > at), len(self.rows))
        found = fold(self.rows[:end])
        return None if found is None else with_facts(found, self.facts)


@dataclass(slots=True)
class Trace:
    """A supposition as it is told, happening by happening."""

    policy: Policy
    base: Base
    steps: list[Step] = field(default_factory=list)
    _moments: list[tuple[datetime, Standing]] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        return self._moments[-1][1] if self._moments else self.base.standing

    def tell(self, happening: Happening) -> None:
        """Decide one happening, and the parked events that it lets in."""
        now = happening.arrived_at
        standing, _ = buried(self.standing, now)
        if happening.type in REFUND_WORDS:
            after, told = _word(self.policy, standing, happening)
        else:
            after, told = _event(self.policy, standing, happening)
        self._moments.append((now, after))
        resource = _known(standing)
        for number, (type_, decision) in enumerate(told):
            behind = decision.resource or resource
            found = answer(self.policy.case(behind, max(now, behind.payment.paid_at), after.unresolved))
            self.steps.append(
                Step(
                    type_, now, decision.outcome, resource, behind, found, decision.reasons, decision.detail, number > 0
                )
            )
            resource = behind

    def answer(self, at: datetime) -> Answer | None:
        """The eligibility answer at an instant, past or future; None before the payment."""
        if any(row.occurred_at > at for row in self.base.rows):
            resource = self.base.prefix(at)
            open_then = sum(since <= at and (until is None or until > at) for since, until in self.base.unresolved)
        else:
            told = [standing for moment, standing in self._moments if moment <= at]
            standing = told[-1] if told else self.base.standing
            resource, open_then = standing.resource, standing.unresolved
        if resource is None or at < resource.payment.paid_at:
            return None
        return answer(self.policy.case(resource, at, open_then))


Told = tuple[str, Decision]


def _event(policy: Policy, standing: Standing, happening: Happening) -> tuple[Standing, list[Told]]:
    try:
        event = read_event(happening.message, happening.arrived_at, policy.catalogue)
    except RejectedError as error:
        type_ = shown(happening.type) if not isinstance(happening.type, str) else happening.type
        return standing, [(type_, Decision(Outcome.REJECTED, standing.resource, reasons=(error.reason,)))]
    after, decided = tell(policy, standing, event, happening.arrived_at)
    return after, [(one.event.type, one.decision) for one in decided]


def _word(policy: Policy, standing: Standing, happening: Happening) -> tuple[Standing, list[Told]]:
    """A word about the present refund; rejected, with what could be said instead, where there is none to take it."""
    resource = _known(standing)
    data = happening.message.get("data") or {}
    if not isinstance(data, Mapping):
        return standing, [(happening.type, Decision(Outcome.REJECTED, resource, detail="data must be a JSON object"))]
    word = Word(happening.type, str(data.get("actor", REFUNDRY)), happening.arrived_at, data)
    try:
        decision = refund_moved(policy.engine(resource), resource, word, **_changed_by(word))
    except RefundStateError as error:
        detail = f"{error}; {_possible(resource)}"
        return standing, [(happening.type, Decision(Outcome.REJECTED, resource, detail=detail))]
    after = replace(standing, resource=decision.resource)
    if not decision.lets_in:
        return after, [(happening.type, decision)]
    after, let_in = admitted(policy, after, happening.arrived_at)
    return after, [(happening.type, decision), *((one.event.type, one.decision) for one in let_in)]


def _changed_by(word: Word) -> dict[str, Any]:
    if word.event in (REFUND_REDIRECTED, REFUND_REVERSED):
        return {"destination": ACCOUNT_BALANCE}
    if word.event in (REFUND_APPROVED, REFUND_DECLINED):
        return {"decided_by": word.actor, "note": word.data.get("reason")}
    return {}


def _possible(resource: Resource) -> str:
    refund = resource.refund
    if refund is None:
        return "ask for one with refund.requested first"
    words = [arc.event for arc in refund_machine.REFUND.all_arcs if refund.status in arc.sources]
    return f"possible now: {', '.join(words)}" if words else "nothing more can be said of it"


def _known(standing: Standing) -> Resource:
    assert standing.resource is not None, "a supposition starts with a payment"
    return standing.resource


def with_facts(resource: Resource, facts: Mapping[str, Any]) -> Resource:
    return replace(resource, facts={**resource.facts, **facts}) if facts else resource


def check_facts(product: Product, facts: Mapping[str, Any]) -> None:
    """Raise BadDataError for a fact that the product does not keep, or a value that it cannot have."""
    known = {item.name: item for item in _facts_of(product)}
    for name, value in facts.items():
        if name not in known:
            there_are = f"there are {', '.join(known)}" if known else "it keeps none"
            raise BadDataError(f"facts.{name[:80]} is no fact of {product.key}; {there_are}")
        if not known[name].fits(value):
            raise BadDataError(f"facts.{name} is {shown(value)}; it must be {known[name].expects}")


def _facts_of(product: Product) -> Iterator[Field]:
    yield from product.payment_fields
    if product.meter is not None:
        yield Field(product.meter.used, f"a whole number from 0 to {LARGEST_COUNT}", _counts)
        return
    noted = {item.name: item for arc in product.arcs if arc.change is not None for item in arc.fields}
    yield from noted.values()


def _counts(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT
