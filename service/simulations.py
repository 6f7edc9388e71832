"""What if: one resource, real or invented, under a supposition. Only read from the store, never written to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from persistence import anchors, history, inbox, resources
from service.desk import Desk
from service.questions import NotFoundError, not_there
from service.supposition import BadSuppositionError, Supposition
from workflows import values
from workflows.eligibility import Answer
from workflows.events import RejectedError, read_event
from workflows.fields import BadDataError, shown
from workflows.instants import parse_instant
from workflows.intake import Standing, tell
from workflows.retelling import Life, Retold, retold
from workflows.rules import RuleBook
from workflows.step import Policy
from workflows.supposing import Base, Happening, Step, Trace, check_facts, with_facts

INVENTED: Final = "supposed"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answer at one instant: as supposed, and as it really is; None where there was no payment by then."""

    at: datetime
    supposed: Answer | None
    real: Answer | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of a supposition. `retold` is the stored life under the supposed rules, where there are both."""

    resource_id: str
    steps: tuple[Step, ...]
    answers: tuple[Answers, ...]
    retold: Retold | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a supposition stands on: the policy that decides it, where it starts, and how things really are."""

    policy: Policy
    base: Base
    real: Trace | None = None
    retold: Retold | None = None


def simulate(desk: Desk, wish: Supposition) -> Simulation:
    """The trace and the answers of a supposition.

    Raises NotFoundError for a resource that is not known, BadSuppositionError for what cannot be supposed of it, and
    PutAwayError where it would need rows of history that were put away.
    """
    now = desk.clock.now()
    ground = _invented(desk, wish, now) if wish.resource_id is None else _real(desk, wish.resource_id, wish, now)
    trace = Trace(ground.policy, _with_facts(ground, wish.facts))
    resource = ground.base.standing.resource
    assert resource is not None
    for happening in _happenings(wish, resource.id, now):
        trace.tell(happening)
    answers = [
        Answers(at, trace.answer(at), None if ground.real is None else ground.real.answer(at))
        for at in wish.instants or (now,)
    ]
    return Simulation(resource.id, tuple(trace.steps), tuple(answers), ground.retold)


def _invented(desk: Desk, wish: Supposition, now: datetime) -> _Ground:
    """A resource that a supposed payment makes."""
    policy = _policy(desk, wish)
    assert wish.payment is not None
    data = {name: value for name, value in wish.payment.items() if name != "time"}
    message = _message(INVENTED, 0, {"type": "order.paid", "time": wish.payment.get("time"), "data": data})
    try:
        event = read_event(message, _told_at(message, now, earliest=None), policy.catalogue)
    except RejectedError as error:
        raise BadSuppositionError(f"payment: {error}") from None
    standing, decided = tell(policy, Standing(), event, event.arrived_at)
    return _Ground(policy, Base(standing, decided[0].decision.rows))


def _real(desk: Desk, resource_id: str, wish: Supposition, now: datetime) -> _Ground:
    """A stored resource; under other rules its life is told again first."""
    with desk.store.reading() as connection:
        for at in wish.instants:
            anchors.check_known(connection, at)
        resource = resources.load(connection, [resource_id]).get(resource_id)
        rows = list(history.of_resource(connection, resource_id))
        waiting = inbox.waiting(connection, [resource_id]).get(resource_id, [])
        life = Life(rows, *inbox.waited(connection, [resource_id])[resource_id])
    if resource is None:
        raise NotFoundError(not_there(resource_id))
    parked, dead = (tuple(event for event, buried in waiting if buried is which) for which in (False, True))
    real = Base(Standing(resource, parked, dead), rows, life.unresolved)
    beside = Trace(desk.policy, real)
    policy = _policy(desk, wish)
    if wish.rules is None:
        return _Ground(policy, real, beside)
    told = retold(policy, life, now)
    return _Ground(policy, _told_base(real, told), beside, told)


def _told_base(real: Base, told: Retold) -> Base:
    """Where a retold life has come to; what found no place in it waits beside what really waits."""
    standing = values.replace(real.standing, resource=told.resource, parked=(*real.standing.parked, *told.unfitting))
    return Base(standing, told.rows, real.unresolved)


def _policy(desk: Desk, wish: Supposition) -> Policy:
    rulebook = desk.policy.rulebook if wish.rules is None else RuleBook([wish.rules])
    return replace(desk.policy, rulebook=rulebook, chained=False)


def _with_facts(ground: _Ground, facts: Mapping[str, Any]) -> Base:
    standing = ground.base.standing
    resource = standing.resource
    assert resource is not None
    try:
        check_facts(ground.policy.product(resource), facts)
    except BadDataError as error:
        raise BadSuppositionError(str(error)) from None
    return replace(ground.base, standing=values.replace(standing, resource=with_facts(resource, facts)), facts=facts)


def _happenings(wish: Supposition, resource_id: str, now: datetime) -> Iterator[Happening]:
    """The supposed events: of a real resource told now at the earliest, of an invented one when they happen."""
    earliest = None if wish.resource_id is None else now
    for place, event in enumerate(wish.events):
        if event.get("subject") not in (None, resource_id):
            told = shown(event["subject"])
            raise BadSuppositionError(f"events[{place}].subject is {told}; this is about {resource_id!r} alone")
        message = _message(resource_id, place + 1, event)
        yield Happening(message, _told_at(event, now, earliest))


def _message(subject: str, number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    """A CloudEvent out of what is supposed: its type, time and data, with the rest made up."""
    told = {name: value for name, value in event.items() if name in ("type", "time", "data")}
    return {"specversion": "1.0", "id": f"supposed-{number}", "source": "/supposed", "subject": subject, **told}


def _told_at(event: Mapping[str, Any], now: datetime, earliest: datetime | None) -> datetime:
    """When an event is told: as it says, otherwise when it happens; an unreadable time is left for its reader."""
    for told in (event.get("arrived_at"), event.get("time")):
        try:
            moment = None if told is None else parse_instant(told)
        except ValueError:
            return now
        if moment is not None:
            return moment if earliest is None else max(moment, earliest)
    return now
