"""DOT, for Graphviz."""

from typing import Final

from workflows.diagrams.graph import Edge, Graph, Mark, Node

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
        '  "(start)" [shape=circle, style=filled, fillcolor=black, label="", width=0.2];',
    ]
    lines += [f"  {_node(node)};" for node in graph.nodes]
    lines += [f'  "(start)" -> {_quoted(key)} [label={_quoted(event)}];' for key, event in graph.starts]
    lines += [f"  {_edge(edge)};" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _node(node: Node) -> str:
    rings = ", peripheries=2" if node.mark == Mark.FINAL else ""
    return f'{_quoted(node.key)} [label={_quoted(node.label)}, fillcolor="{FILLS[node.mark]}"{rings}]'


def _edge(edge: Edge) -> str:
    bold = ", style=bold" if edge.remedy else ""
    tooltip = _quoted(f"by the {edge.actor.replace('_', ' ')}")
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(edge.label)}, tooltip={tooltip}{bold}]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
