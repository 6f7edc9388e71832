"""Making a move: the functions that decide in service are called, and what they decided is seen step by step."""

from collections.abc import Callable

from workflows.decision import Decision
from workflows.events import Event
from workflows.intake import Decided, Standing, admitted, buried, tell
from workflows.lapse import expired
from workflows.overriding import OverrideError, overridden
from workflows.proof.moves import Kind, Move
from workflows.proof.notes import Notes
from workflows.proof.situations import Situation, noted
from workflows.proof.starts import SHOP, SUBJECT, Start
from workflows.proof.steps import Step
from workflows.resource import Resource
from workflows.review import ReviewError, reviewed
from workflows.settling import RefundStateError, Word, refund_moved
from workflows.step import Policy
from workflows.values import replace
from workflows.words import ACCOUNT_BALANCE, REFUND_APPROVED, REFUND_REDIRECTED, REFUND_REVERSED

Made = tuple[Situation, tuple[Step, ...]]
OBJECTIONS = (OverrideError, ReviewError, RefundStateError)


def begun(policy: Policy, start: Start) -> Made:
    """The situation right after the payment."""
    standing, decided = tell(policy, Standing(), start.event, start.event.time)
    resource = standing.resource
    assert resource is not None
    seen = Situation(start, 0, start.instants[0], standing, Notes())
    return seen, (_step(seen, Notes(), resource, decided[0], 0),)


def made(policy: Policy, situation: Situation, move: Move) -> Made:
    """The situation after a move, and every decision on the way."""
    if move.kind == Kind.CLOCK:
        start, phase = situation.start, situation.phase + 1
        now = start.instants[phase]
        return Situation(start, phase, now, buried(situation.standing, now)[0], situation.notes), ()
    if move.kind == Kind.TOLD:
        event = event_of(situation, move)
        standing, decided = tell(policy, situation.standing, event, situation.now)
        return _seen(situation, standing, decided)
    return _decided(policy, situation, move)


def event_of(situation: Situation, move: Move) -> Event:
    assert move.dated is not None
    arrival = len(situation.standing.parked)
    return Event(SHOP, move.event, move.event, SUBJECT, move.dated, move.data, situation.now, move.event, arrival)


def _decided(policy: Policy, situation: Situation, move: Move) -> Made:
    """A decision on what no other system told, and the parked events that it lets in."""
    event = Event(move.actor, move.event, move.event, SUBJECT, situation.now, move.data, situation.now, move.event)
    try:
        decision = _DOORS[move.kind](policy, situation, move)
    except OBJECTIONS as error:
        return situation, (_objected(situation, event, str(error)),)
    standing, followed = replace(situation.standing, resource=decision.resource), list[Decided]()
    if decision.lets_in:
        standing, followed = admitted(policy, standing, situation.now)
    return _seen(situation, standing, [Decided(event, decision), *followed])


def _override(policy: Policy, situation: Situation, move: Move) -> Decision:
    resource, now = situation.resource, situation.now
    case = policy.case(resource, now, situation.standing.unresolved)
    in_force = policy.rulebook.in_force(now)
    reason: str = move.data["reason"]
    return overridden(policy.engine(resource), case, in_force, move.actor, reason, move.amount_minor, now)


def _review(policy: Policy, situation: Situation, move: Move) -> Decision:
    resource = situation.resource
    assert resource.refund is not None
    approve, reason = move.event == REFUND_APPROVED, move.data["reason"]
    engine, refund_id = policy.engine(resource), resource.refund.id
    return reviewed(engine, resource, refund_id, move.actor, situation.now, approve=approve, reason=reason)


def _provider(policy: Policy, situation: Situation, move: Move) -> Decision:
    word = Word(move.event, move.actor, situation.now)
    elsewhere = move.event in (REFUND_REDIRECTED, REFUND_REVERSED)
    changed = {"destination": ACCOUNT_BALANCE} if elsewhere else {}
    return refund_moved(policy.engine(situation.resource), situation.resource, word, **changed)


def _sweep(policy: Policy, situation: Situation, _move: Move) -> Decision:
    return expired(situation.resource, policy.product(situation.resource).definition_hash, situation.now)


_DOORS: dict[Kind, Callable[[Policy, Situation, Move], Decision]] = {
    Kind.OVERRIDE: _override,
    Kind.REVIEW: _review,
    Kind.PROVIDER: _provider,
    Kind.SWEEP: _sweep,
}


def _seen(situation: Situation, standing: Standing, decided: list[Decided]) -> Made:
    steps: list[Step] = []
    notes, before, unresolved = situation.notes, situation.resource, situation.standing.unresolved
    for one in decided:
        step = _step(situation, notes, before, one, unresolved)
        notes, before = noted(notes, step), step.after
        steps.append(step)
    return Situation(situation.start, situation.phase, situation.now, standing, notes), tuple(steps)


def _step(situation: Situation, notes: Notes, before: Resource, one: Decided, unresolved: int) -> Step:
    event, decision = one.event, one.decision
    return Step(
        situation.start,
        situation.now,
        event.type,
        event.time,
        event.arrived_at,
        event.actor,
        event.data,
        before,
        decision.resource or before,
        notes,
        unresolved,
        decision.outcome,
        decision.rows,
        decision.reasons,
        decision.effects,
    )


def _objected(situation: Situation, event: Event, objection: str) -> Step:
    resource, unresolved = situation.resource, situation.standing.unresolved
    return Step(
        situation.start,
        situation.now,
        event.type,
        event.time,
        event.arrived_at,
        event.actor,
        event.data,
        resource,
        resource,
        situation.notes,
        unresolved,
        None,
        objection=objection,
    )
