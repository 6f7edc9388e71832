"""Telling one subject one thing: the event's own decision, and those of the parked events it lets in.

A `Standing` is all that is known of one subject while a batch is decided: its resource and its events that nobody
has resolved. Everything here is pure; the service loads standings before a batch and writes them after it.
"""

from datetime import datetime, timedelta
from typing import Final

from workflows.decision import Decision
from workflows.events import Event
from workflows.resource import Resource
from workflows.step import Policy, step
from workflows.values import Value, replace
from workflows.words import ORDER_PAID, Outcome

PARKED_FOR: Final = timedelta(hours=24)


class Standing(Value, frozen=True):
    """A subject's resource, if it is known, and its unresolved events: parked ones are tried again, dead ones not."""

    resource: Resource | None = None
    parked: tuple[Event, ...] = ()
    dead: tuple[Event, ...] = ()

    @property
    def unresolved(self) -> int:
        return len(self.parked) + len(self.dead)


class Decided(Value, frozen=True):
    """An event and what became of it."""

    event: Event
    decision: Decision


def buried(standing: Standing, now: datetime) -> tuple[Standing, tuple[Event, ...]]:
    """The standing after its parked events of 24 hours and more became dead letters, and which those are."""
    if not standing.parked:
        return standing, ()
    overdue = tuple(event for event in standing.parked if event.arrived_at + PARKED_FOR <= now)
    if not overdue:
        return standing, ()
    kept = tuple(event for event in standing.parked if event not in overdue)
    return replace(standing, parked=kept, dead=standing.dead + overdue), overdue


def tell(policy: Policy, standing: Standing, event: Event, now: datetime) -> tuple[Standing, list[Decided]]:
    """Decide one event; the first of the decisions is its own, the others are those of events it let in."""
    decision = step(policy, standing.resource, event, now, standing.unresolved)
    if decision.outcome == Outcome.PARKED:
        return replace(standing, parked=(*standing.parked, event)), [Decided(event, decision)]
    if decision.outcome == Outcome.REJECTED:
        return standing, [Decided(event, decision)]
    standing = Standing(decision.resource, standing.parked, standing.dead)
    followed: list[Decided] = []
    if event.type == ORDER_PAID:
        standing, followed = _without_foreign_dead(policy, standing, now)
    if decision.lets_in:
        standing, let_in = admitted(policy, standing, now)
        followed += let_in
    return standing, [Decided(event, decision), *followed]


def admitted(policy: Policy, standing: Standing, now: datetime) -> tuple[Standing, list[Decided]]:
    """Try the parked events again in order of time, then of arrival; from the first again whenever one has moved it."""
    if not standing.parked:
        return standing, []
    decided: list[Decided] = []
    waiting = sorted(standing.parked, key=lambda event: (event.time, event.arrived_at, event.arrival))
    position = 0
    while position < len(waiting):
        event = waiting[position]
        decision = step(policy, standing.resource, event, now)
        if decision.outcome == Outcome.PARKED:
            position += 1
            continue
        waiting.pop(position)
        decided.append(Decided(event, decision))
        standing = replace(standing, resource=decision.resource)
        if decision.lets_in:
            position = 0
    return replace(standing, parked=tuple(waiting)), decided


def resolved(standing: Standing, event: Event) -> Standing:
    """The standing without an event that has been waiting, parked or dead; itself where the event was not."""
    parked, dead = (
        tuple(one for one in some if (one.source, one.id) != (event.source, event.id))
        for some in (standing.parked, standing.dead)
    )
    if len(parked) + len(dead) == standing.unresolved:
        return standing
    return replace(standing, parked=parked, dead=dead)


def _without_foreign_dead(policy: Policy, standing: Standing, now: datetime) -> tuple[Standing, list[Decided]]:
    """A payment shows which product it is: dead letters of another product's table are of no use to anybody."""
    if not standing.dead:
        return standing, []
    judged = [Decided(event, step(policy, standing.resource, event, now)) for event in standing.dead]
    foreign = [one for one in judged if one.decision.outcome == Outcome.REJECTED]
    gone = {(one.event.source, one.event.id) for one in foreign}
    kept = tuple(event for event in standing.dead if (event.source, event.id) not in gone)
    return replace(standing, dead=kept), foreign
