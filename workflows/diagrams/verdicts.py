"""How a foreign engine runs a machine: it is told each event together with the verdicts on the event's conditions.

A condition is judged here, on facts that no diagram has, so the SCXML and the XState form of a machine only name it.
Whoever drives them tells, with every event, a verdict under `verdict_name` of each condition on that event's arcs:

    {"type": "refund.requested", "if_eligible": true}

A verdict that was not told does not hold. All regions are told the same, so a verdict is on the resource as a whole:
`if_within_the_limit` holds only where its state, too, allows an override.

A product's machine is begun by `order.paid`: making the engine is telling it. The refund's machine may begin in one
state or another, so it waits in `start` for the event that asks, with `if_begins_as_processing` or
`if_begins_as_in_review`. A word about a refund (`refund.succeeded`, …) goes to the refund's machine first, and to the
product's only where it moved that.

A state in which a thing may stay for ever, and which no arc leaves, is final: alone, it ends its engine, which listens
no more. A product's engine never ends: `refunded` ends the lifecycle, but the window beside it has no final state, for
one that closed may yet be claimed by an override. Such resting states are ordinary ones that are marked.
"""

import re
from typing import Final

from workflows.diagrams.graph import Edge, Mark, Node, Region, Start

#: The state in which a machine that can begin in several waits for the event that decides.
BEGINNING: Final = "start"


def verdict_name(condition: str) -> str:
    """The name under which the verdict on a condition is told: `asked from pending` is `if_asked_from_pending`."""
    return "if_" + re.sub(r"[^a-z0-9]+", "_", condition.lower()).strip("_")


def verdicts_of(edge: Edge) -> list[str]:
    return [verdict_name(condition) for condition in edge.conditions]


def begins_as(state: str) -> str:
    """The condition that decides between several beginnings."""
    return f"begins as {state}"


def begins_undecided(region: Region) -> bool:
    return len(region.starts) > 1


def events_of(start: Start) -> list[str]:
    """The events by which it can begin so; a machine's definition joins them with commas."""
    return start.event.split(", ")


def mark_of(node: Node) -> str:
    """What is special about a state, in a word: a final state that an arc leaves is only resting."""
    return "resting" if node.mark == Mark.FINAL and node.leaves else node.mark.value
