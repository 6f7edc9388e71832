"""DOT, for Graphviz. Regions that live side by side are clusters.

Bold: a step that may be missing before a refund is possible. Dashed: what may come next. Blue: the way that was taken.
"""

from typing import Final

from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region, Start
from workflows.diagrams.labels import edge_lines, lines_of, node_lines, start_lines, title_lines

FILLS: Final = {
    Mark.PLAIN: "#ffffff",
    Mark.REFUNDABLE: "#d9f2e3",
    Mark.REFUNDING: "#fff1cc",
    Mark.FINAL: "#dbe7ff",
}
HERE: Final = 'color="#c2185b", penwidth=3'
TAKEN: Final = 'color="#2b5cb8", fontcolor="#12294f", penwidth=2'


def to_dot(graph: Graph) -> str:
    """A digraph, from top to bottom; a final state that no arc leaves has a second ring."""
    lines = [
        f"digraph {_quoted(graph.key)} {{",
        f"  label={_label(title_lines(graph))}; labelloc=t; fontname=Helvetica;",
        '  node [shape=box, style="rounded,filled", fontname=Helvetica];',
        "  edge [fontname=Helvetica, fontsize=10];",
    ]
    first, *beside = graph.regions
    if not beside:
        return "\n".join([*lines, *_region(first, "(start)"), "}"]) + "\n"
    for region in graph.regions:
        start = "(start)" if region is first else f"({region.key})"
        lines.append(f"  subgraph {_quoted(f'cluster_{region.key}')} {{")
        lines.append(f"  label={_label(lines_of([region.title]))}; style=dashed;")
        lines += [*_region(region, start), "  }"]
    return "\n".join([*lines, "}"]) + "\n"


def _region(region: Region, start: str) -> list[str]:
    lines = [f'  {_quoted(start)} [shape=circle, style=filled, fillcolor=black, label="", width=0.2];']
    lines += [f"  {_node(node)};" for node in region.nodes]
    lines += [f"  {_start(one, start)};" for one in region.starts]
    return lines + [f"  {_edge(edge)};" for edge in region.edges]


def _node(node: Node) -> str:
    rings = ["peripheries=2"] if node.ends else []
    here = [HERE] if node.here else []
    told = [f"label={_label(node_lines(node))}", f'fillcolor="{FILLS[node.mark]}"', *rings, *here]
    return f"{_quoted(node.key)} [{', '.join(told)}]"


def _start(start: Start, source: str) -> str:
    taken = [TAKEN] if start.visits else []
    return (
        f"{_quoted(source)} -> {_quoted(start.target)} [{', '.join([f'label={_label(start_lines(start))}', *taken])}]"
    )


def _edge(edge: Edge) -> str:
    styles = ["bold"] * edge.remedy + ["dashed"] * edge.possible
    style = [f'style="{",".join(styles)}"'] if styles else []
    taken = [TAKEN] if edge.visits else []
    told = ", ".join([f"label={_label(edge_lines(edge))}", *style, *taken])
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [{told}]"


def _label(lines: list[str]) -> str:
    """Lines as a label: Graphviz reads backslashes and entities in it."""
    escaped = [line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + "\\n".join(escaped) + '"'


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'
