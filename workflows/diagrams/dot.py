"""DOT, for Graphviz."""

from typing import Final

from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region

FILLS: Final = {
    Mark.PLAIN: "#ffffff",
    Mark.REFUNDABLE: "#d9f2e3",
    Mark.REFUNDING: "#fff1cc",
    Mark.FINAL: "#dbe7ff",
}


def to_dot(graph: Graph) -> str:
    """A digraph, from left to right; steps of a remedy are drawn bold."""
    lines = [
        f"digraph {_quoted(graph.key)} {{",
        f"  label={_quoted(graph.title)}; labelloc=t; rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica"];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    first, *beside = graph.regions
    lines += _region(first, "(start)")
    for region in beside:
        lines.append(f"  subgraph {_quoted(f'cluster_{region.key}')} {{ label={_quoted(region.title)}; style=dashed;")
        lines += [*_region(region, f"({region.key})"), "  }"]
    return "\n".join([*lines, "}"]) + "\n"


def _region(region: Region, start: str) -> list[str]:
    lines = [f'  {_quoted(start)} [shape=circle, style=filled, fillcolor=black, label="", width=0.2];']
    lines += [f"  {_node(node)};" for node in region.nodes]
    lines += [f"  {_quoted(start)} -> {_quoted(one.target)} [label={_quoted(one.event)}];" for one in region.starts]
    return lines + [f"  {_edge(edge)};" for edge in region.edges]


def _node(node: Node) -> str:
    rings = ", peripheries=2" if node.mark == Mark.FINAL else ""
    return f'{_quoted(node.key)} [label={_quoted(node.label)}, fillcolor="{FILLS[node.mark]}"{rings}]'


def _edge(edge: Edge) -> str:
    bold = ", style=bold" if edge.remedy else ""
    tooltip = _quoted(f"by the {edge.actor.replace('_', ' ')}")
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(edge.label)}, tooltip={tooltip}{bold}]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
