"""PlantUML state diagrams. Regions that live side by side are concurrent, divided by a dashed line.

Bold: a step that may be missing before a refund is possible. Dashed: what may come next. Blue: the way that was taken.
"""

import re
from typing import Final

from workflows.diagrams.dot import FILLS
from workflows.diagrams.graph import Edge, Graph, Node, Region, Start
from workflows.diagrams.labels import edge_lines, lines_of, node_lines, start_lines

TAKEN: Final = "#2b5cb8"
HERE: Final = "<<here>>"
HEADER: Final = (
    "hide empty description",
    "hide stereotype",
    "skinparam shadowing false",
    "skinparam ArrowColor #333333",
    "skinparam state {",
    "BackgroundColor #ffffff",
    "BorderColor #555555",
    f"BorderColor{HERE} #c2185b",
    f"FontStyle{HERE} bold",
    "}",
)

#: What PlantUML, or the Creole it reads labels as, takes for a sign; some only where they are doubled.
_SIGNS: Final = re.compile(r"""[<>"\\~%$'&#|=*@!^{}`]|([-_/.:\[\]+;])\1+|^[-+.]|^\xa0$""")


def to_plantuml(graph: Graph) -> str:
    """A state diagram of the graph; a caption is its legend."""
    lines = [f"@startuml {graph.key}", f"title {_label(lines_of([graph.title]))}", *HEADER]
    first, *beside = graph.regions
    lines += _side_by_side(first, beside) if beside else _region(first)
    if graph.caption:
        lines += ["legend", *(_text(line) for line in lines_of(graph.caption)), "endlegend"]
    return "\n".join([*lines, "@enduml"]) + "\n"


def _side_by_side(first: Region, beside: list[Region]) -> list[str]:
    lines = [f'state "{_label(lines_of([first.title]))}" as regions {{', *_region(first)]
    for region in beside:
        lines += ["||", f'state "{_label(lines_of([region.title]))}" as {region.key} {{', *_region(region), "}"]
    return [*lines, "}"]


def _region(region: Region) -> list[str]:
    lines = [_node(node) for node in region.nodes]
    lines += [_start(start) for start in region.starts]
    lines += [_edge(edge) for edge in region.edges]
    return lines + [f"{node.key} --> [*]" for node in region.nodes if node.ends]


def _node(node: Node) -> str:
    here = f"{HERE} " if node.here else ""
    return f'state "{_label(node_lines(node))}" as {node.key} {here}{FILLS[node.mark]}'


def _start(start: Start) -> str:
    return f"[*] {_arrow([TAKEN] if start.visits else [])} {start.target} : {_label(start_lines(start))}"


def _edge(edge: Edge) -> str:
    styles = [TAKEN] * bool(edge.visits) + ["bold"] * edge.remedy + ["dashed"] * edge.possible
    return f"{edge.source} {_arrow(styles)} {edge.target} : {_label(edge_lines(edge))}"


def _arrow(styles: list[str]) -> str:
    return f"-[{','.join(styles)}]->" if styles else "-->"


def _label(lines: list[str]) -> str:
    return "\\n".join(_text(line) for line in lines)


def _text(line: str) -> str:
    """Text that PlantUML takes as text: its own signs by their code points."""
    return _SIGNS.sub(lambda sign: "".join(f"<U+{ord(character):04X}>" for character in sign.group()), line)
