"""SCXML, the W3C's state chart markup: a document that an engine can run. `workflows.diagrams.verdicts` says how.

What only a reader needs (labels, actors, what is laid over the machine) stands in attributes of a namespace of its own,
which engines pass over.
"""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from workflows.diagrams.graph import Edge, Graph, Node, Region, Start
from workflows.diagrams.labels import lines_of
from workflows.diagrams.overlay import Visit
from workflows.diagrams.verdicts import (
    BEGINNING,
    begins_as,
    begins_undecided,
    events_of,
    mark_of,
    verdict_name,
    verdicts_of,
)

NAMESPACES: Final = {"xmlns": "http://www.w3.org/2005/07/scxml", "xmlns:refundry": "urn:refundry:diagram"}
REGIONS: Final = "regions"


def to_scxml(graph: Graph) -> str:
    """A document whose conditions are ECMAScript; regions that live side by side are a `<parallel>`."""
    first, *beside = graph.regions
    root = {
        **NAMESPACES,
        "version": "1.0",
        "name": graph.key,
        "datamodel": "ecmascript",
        "initial": REGIONS if beside else _initial(first),
        **_own(title=graph.title, caption="\n".join(graph.caption)),
    }
    inside = _parallel(graph.regions) if beside else _states(first)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_element("scxml", root, inside)]) + "\n"


def _parallel(regions: tuple[Region, ...]) -> list[str]:
    inside = []
    for region in regions:
        told = {"id": region.key, "initial": _initial(region), **_own(title=region.title)}
        inside += _element("state", told, _states(region))
    return _element("parallel", {"id": REGIONS}, inside)


def _initial(region: Region) -> str:
    return BEGINNING if begins_undecided(region) else region.starts[0].target


def _states(region: Region) -> list[str]:
    undecided = begins_undecided(region)
    lines = []
    if undecided:
        lines += _element("state", {"id": BEGINNING}, [line for start in region.starts for line in _beginning(start)])
    for node in region.nodes:
        visits = () if undecided else tuple(v for one in region.starts if one.target == node.key for v in one.visits)
        edges = [edge for edge in region.edges if edge.source == node.key]
        lines += _node(node, visits, [line for edge in edges for line in _transition(edge)])
    return lines


def _node(node: Node, begun: tuple[Visit, ...], transitions: list[str]) -> list[str]:
    told = {
        "id": node.key,
        **_own(
            label=node.label,
            mark=mark_of(node),
            tally="\n".join(node.tally.lines) if node.tally else "",
            begun=_times(begun),
            here=node.here,
        ),
    }
    return _element("final" if node.ends else "state", told, transitions)


def _beginning(start: Start) -> list[str]:
    told = {
        "event": " ".join(events_of(start)),
        "cond": _condition([verdict_name(begins_as(start.target))]),
        "target": start.target,
        **_own(visits=_times(start.visits)),
    }
    return _element("transition", told)


def _transition(edge: Edge) -> list[str]:
    condition = {"cond": _condition(verdicts_of(edge))} if edge.conditions else {}
    own = _own(actor=edge.actor, remedy=edge.remedy, visits=_times(edge.visits), possible=edge.possible)
    return _element("transition", {"event": edge.event, **condition, "target": edge.target, **own})


def _condition(verdicts: list[str]) -> str:
    return " && ".join(f"_event.data.{name}" for name in verdicts)


def _times(visits: tuple[Visit, ...]) -> str:
    return "\n".join(visit.text for visit in visits)


def _own(**told: str | bool) -> dict[str, str]:
    """Attributes of our own, those left out that say nothing."""
    return {f"refundry:{name}": "true" if value is True else value for name, value in told.items() if value}


def _element(tag: str, attributes: Mapping[str, str], inside: list[str] | None = None) -> list[str]:
    told = "".join(f" {name}={quoteattr(chr(10).join(lines_of([value])))}" for name, value in attributes.items())
    if not inside:
        return [f"<{tag}{told}/>"]
    return [f"<{tag}{told}>", *(f"  {line}" for line in inside), f"</{tag}>"]
