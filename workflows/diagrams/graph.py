"""A machine as a plain graph: what every drawing is made from."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.definition import Arc, Product
from workflows.words import REFUNDED, REFUNDING


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
    """Nodes and edges in the order of the definition; the first node is the initial one."""

    key: str
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph_of(product: Product) -> Graph:
    nodes = tuple(Node(state, product.label(state), _mark(product, state)) for state in product.states)
    edges = tuple(
        Edge(source, arc.target, arc.event, _condition(arc), arc.actor, arc.step is not None)
        for arc in product.all_arcs
        for source in arc.sources
    )
    return Graph(product.key, product.title, nodes, edges)


def _mark(product: Product, state: str) -> Mark:
    if state == REFUNDED:
        return Mark.FINAL
    if state == REFUNDING:
        return Mark.REFUNDING
    return Mark.REFUNDABLE if product.ways_from(state) else Mark.PLAIN


def _condition(arc: Arc) -> str | None:
    conditions = [guard.name for guard in arc.guards]
    if arc.condition is not None:
        conditions.append(arc.condition)
    if arc.came_from is not None:
        conditions.append(f"asked from {arc.came_from}")
    return ", ".join(conditions) or None
