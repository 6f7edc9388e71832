"""The one home of `transitions`: every definition becomes one machine without models, which serves every resource.

A cursor carries one resource's state through one event and is thrown away; nothing is registered with the
machine, so it neither grows nor slows down.
"""

import logging
from collections.abc import Callable
from typing import Any

from transitions import Event, EventData, Machine, MachineError, Transition

from workflows.definition import Arc, Defined
from workflows.fields import Data
from workflows.reasons import Reason
from workflows.resource import Resource

logging.getLogger("transitions").setLevel(logging.WARNING)


class Cursor:
    """One resource on its way through one event: where it stands, what objected, and which arc it took."""

    __slots__ = ("arc", "data", "objections", "otherwise", "resource", "state")

    def __init__(self, resource: Resource, data: Data, state: str) -> None:
        self.state = state
        self.resource = resource
        self.data = data
        self.arc: Arc | None = None
        self.objections: tuple[Reason, ...] = ()
        self.otherwise: tuple[str, ...] = ()


class _Move(Transition):
    """A transition that nothing is called around: its condition decides, and its target is where the model stands."""

    def execute(self, event_data: EventData) -> bool:
        if not all(condition.check(event_data) for condition in self.conditions):
            return False
        cursor: Any = event_data.model
        cursor.state = event_data.machine.get_state(self.dest or self.source).value
        return True


class _Trigger(Event):
    """An event that is taken at once, with no queue before it and nothing to do behind it."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        state = self.machine.get_model_state(model)
        if state.name not in self.transitions:
            raise MachineError(f"{self.name} leads nowhere from {state.name}")
        told = EventData(state, self, self.machine, model, args, kwargs)
        return any(move.execute(told) for move in self.transitions[state.name])


class _Machine(Machine):
    transition_cls, event_cls = _Move, _Trigger


class Engine:
    """The compiled machine of one definition."""

    def __init__(self, definition: Defined) -> None:
        self.definition = definition
        self._machine = _Machine(
            model=None,
            states=list(definition.states),
            initial=definition.states[0],
            transitions=[
                {
                    "trigger": arc.event,
                    "source": list(arc.sources),
                    "dest": arc.target,
                    "conditions": [_judge(arc)],
                }
                for arc in definition.all_arcs
            ],
            auto_transitions=False,
            send_event=True,
            queued=False,
        )

    def fire(self, event: str, resource: Resource, data: Data, state: str | None = None) -> Cursor | None:
        """The cursor after the event: on its arc's target, or where it was with every objection.

        None where no arc leaves the present state on this event. Raises KeyError for an event that the machine
        does not know and ValueError for a stored state that it does not know. `state` is where the machine stands,
        where that is not the resource's own state.
        """
        cursor = Cursor(resource, data, state or resource.state)
        try:
            self._machine.events[event].trigger(cursor)
        except MachineError:
            return None
        return cursor if cursor.arc is not None or cursor.objections else None


def _judge(arc: Arc) -> Callable[[EventData], bool]:
    """The arc's single condition: asks all guards, keeps what they object, and so decides."""

    def all_guards_hold(event: EventData) -> bool:
        cursor: Any = event.model
        refund = cursor.resource.refund
        if arc.came_from is not None and (refund is None or refund.origin != arc.came_from):
            return False
        if arc.guards:
            failed = [(guard, guard.objection(cursor.resource, cursor.data)) for guard in arc.guards]
            cursor.objections = tuple(reason for _, reason in failed if reason is not None)
            cursor.otherwise = tuple(guard.otherwise for guard, reason in failed if reason is not None)
            if cursor.objections:
                return False
        cursor.arc = arc
        return True

    return all_guards_hold
