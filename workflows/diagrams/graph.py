"""A machine as a plain graph: what every drawing is made from."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.definition import Arc, Defined
from workflows.words import REFUND_REQUESTED, REFUNDING


class Mark(StrEnum):
    """What is special about a node."""

    PLAIN = "plain"
    REFUNDABLE = "refundable"  # a refund may be asked for here
    REFUNDING = "refunding"  # a refund is in progress
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    label: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Edge:
    """An arc between two nodes. `remedy`: it is a step that a refund may need first."""

    source: str
    target: str
    event: str
    condition: str | None
    actor: str
    remedy: bool

    @property
    def label(self) -> str:
        return self.event if self.condition is None else f"{self.event} [{self.condition}]"


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges in the order of the definition; `starts` are the first states, each with its event."""

    key: str
    title: str
    starts: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph_of(definition: Defined) -> Graph:
    nodes = tuple(Node(state, definition.label(state), _mark(definition, state)) for state in definition.states)
    edges = tuple(
        Edge(source, arc.target, arc.event, _condition(arc), arc.actor, arc.step is not None)
        for arc in definition.all_arcs
        for source in arc.sources
    )
    return Graph(definition.key, definition.title, tuple(definition.starts.items()), nodes, edges)


def _mark(definition: Defined, state: str) -> Mark:
    if state in definition.finals:
        return Mark.FINAL
    if state == REFUNDING:
        return Mark.REFUNDING
    asking = any(state in arc.sources for arc in definition.all_arcs if arc.event == REFUND_REQUESTED)
    return Mark.REFUNDABLE if asking else Mark.PLAIN


def _condition(arc: Arc) -> str | None:
    conditions = [guard.name for guard in arc.guards]
    if arc.condition is not None:
        conditions.append(arc.condition)
    if arc.came_from is not None:
        conditions.append(f"asked from {arc.came_from}")
    return ", ".join(conditions) or None
