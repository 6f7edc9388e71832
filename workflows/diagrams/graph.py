"""A machine as a plain graph: what every drawing is made from.

A product's graph has two regions that live side by side: its lifecycle, and its refund window.
"""

from dataclasses import dataclass
from enum import StrEnum

from workflows.definition import Arc, Defined, Product
from workflows.diagrams.overlay import Overlay, Tally, Visit
from workflows.window_machine import WINDOW
from workflows.words import REFUND_REQUESTED, REFUNDING


class Mark(StrEnum):
    """What is special about a node."""

    PLAIN = "plain"
    REFUNDABLE = "refundable"  # a refund may be asked for here
    REFUNDING = "refunding"  # a refund is in progress
    FINAL = "final"  # it may stay here for ever


@dataclass(frozen=True, slots=True)
class Node:
    """A state. `leaves`: an arc leads on from it. `tally` and `here` come from an overlay."""

    key: str
    label: str
    mark: Mark
    leaves: bool
    tally: Tally | None = None
    here: bool = False

    @property
    def ends(self) -> bool:
        """Whether nothing can follow: it may stay here, and no arc leads on."""
        return self.mark == Mark.FINAL and not self.leaves


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning: the event that puts a thing into its first state."""

    target: str
    event: str
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """An arc between two nodes. `remedy`: it is a step that a refund may need first.

    `conditions` are the names of all that must hold. `visits` and `possible` come from an overlay.
    """

    source: str
    target: str
    event: str
    conditions: tuple[str, ...]
    actor: str
    remedy: bool
    visits: tuple[Visit, ...] = ()
    possible: bool = False

    @property
    def label(self) -> str:
        """Event and conditions: `ca.reset [data deletion confirmed]`."""
        return f"{self.event} [{', '.join(self.conditions)}]" if self.conditions else self.event


@dataclass(frozen=True, slots=True)
class Region:
    """A machine of its own within the drawing; nodes and edges in the order of its definition."""

    key: str
    title: str
    starts: tuple[Start, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole drawing. The first region is the machine that was asked for; no two regions share a node's key."""

    key: str
    title: str
    regions: tuple[Region, ...]
    caption: tuple[str, ...] = ()


def graph_of(definition: Defined, overlay: Overlay | None = None) -> Graph:
    """The graph of a machine, of a product with the region of its window, with what is laid over it."""
    laid = overlay or Overlay()
    machines = (definition, WINDOW) if isinstance(definition, Product) else (definition,)
    return Graph(definition.key, definition.title, tuple(_region(machine, laid) for machine in machines), laid.caption)


def _region(definition: Defined, laid: Overlay) -> Region:
    starts = tuple(
        Start(str(target), event, laid.visits.get((None, event, target), ()))
        for target, event in definition.starts.items()
    )
    nodes = tuple(_node(definition, state, laid) for state in definition.states)
    edges = tuple(_edge(arc, source, laid) for arc in definition.all_arcs for source in arc.sources)
    return Region(definition.key, definition.title, starts, nodes, edges)


def _node(definition: Defined, state: str, laid: Overlay) -> Node:
    leaves = any(state in arc.sources for arc in definition.all_arcs)
    return Node(
        str(state),
        definition.label(state),
        _mark(definition, state),
        leaves,
        laid.tallies.get(state),
        state in laid.here,
    )


def _edge(arc: Arc, source: str, laid: Overlay) -> Edge:
    key = (source, arc.event, arc.target)
    return Edge(
        str(source),
        str(arc.target),
        arc.event,
        _conditions(arc),
        arc.actor,
        arc.step is not None,
        laid.visits.get(key, ()),
        key in laid.possible,
    )


def _mark(definition: Defined, state: str) -> Mark:
    if state in definition.finals:
        return Mark.FINAL
    if state == REFUNDING:
        return Mark.REFUNDING
    asking = any(state in arc.sources for arc in definition.all_arcs if arc.event == REFUND_REQUESTED)
    return Mark.REFUNDABLE if asking else Mark.PLAIN


def _conditions(arc: Arc) -> tuple[str, ...]:
    conditions = [guard.name for guard in arc.guards]
    if arc.condition is not None:
        conditions.append(arc.condition)
    if arc.came_from is not None:
        conditions.append(f"asked from {arc.came_from}")
    return tuple(conditions)
