"""The remedy: the shortest way through the machine to a state in which a request is accepted.

It is searched for by taking the machine's own arcs, so it cannot disagree with the machine.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from workflows.advance import taken
from workflows.conditions import Case
from workflows.definition import Arc, Step
from workflows.instants import instant_text
from workflows.resource import Resource
from workflows.values import Value, replace
from workflows.words import CUSTOMER, REFUND_REQUESTED


class Path(Value, frozen=True):
    """Arcs to take, in order, and the case as it stands behind the last of them."""

    arcs: tuple[Arc, ...]
    end: Case

    @property
    def bound(self) -> bool:
        """Whether it passes a step that the deadline binds."""
        return last_bound(self) >= 0


def shortest_path(case: Case, accepted: Callable[[Case], bool]) -> Path | None:
    """The shortest path of use arcs, all taken at the instant of the case, to where `accepted` holds.

    Each step is taken with the data that lets it pass. Of two paths equally short the one named first in the
    definition is chosen. None where there is no such path.
    """
    path = Path((), case)
    if accepted(case):
        return path
    waiting, seen = deque([path]), {_place(case.resource)}
    steps = case.product.steps
    while waiting:
        path = waiting.popleft()
        for arc, step in steps[path.end.resource.state]:
            end = _behind(path.end, arc, step)
            if end is None or _place(end.resource) in seen:
                continue
            seen.add(_place(end.resource))
            further = Path((*path.arcs, arc), end)
            if accepted(end):
                return further
            waiting.append(further)
    return None


def _behind(case: Case, arc: Arc, step: Step) -> Case | None:
    """The case as it stands behind an arc; None where the arc cannot be taken."""
    resource = case.resource
    for guard in arc.guards:
        if not guard.holds(resource, step.data):
            return None
    return replace(case, resource=taken(case.product, resource, arc, step.data, case.at))


def _place(resource: Resource) -> tuple[str, frozenset[tuple[str, Any]]]:
    return resource.state, frozenset(resource.facts.items())


def last_bound(path: Path) -> int:
    """The index of the last step that the deadline binds; -1 where there is none."""
    product = path.end.product
    return max((n for n, arc in enumerate(path.arcs) if product.binds(arc.target)), default=-1)


def as_steps(path: Path) -> tuple[dict[str, Any], ...]:
    """The path as the published remedy: each event, who acts, and before when; the request comes last.

    On a claimed window the request is no longer bound by the deadline, nor is a step that only leads there; a
    revocation or a reset still is, with all that must come before it.
    """
    resource = path.end.resource
    deadline, claimed, bound = resource.deadline_at, resource.claimed_at is not None, last_bound(path)
    steps = [
        _published(arc.event, arc.actor, deadline if n <= bound or not claimed else None)
        for n, arc in enumerate(path.arcs)
    ]
    return (*steps, _published(REFUND_REQUESTED, CUSTOMER, None if claimed else deadline))


def _published(event: str, actor: str, before: datetime | None) -> dict[str, Any]:
    return {"event": event, "actor": actor, "before": None if before is None else instant_text(before)}
