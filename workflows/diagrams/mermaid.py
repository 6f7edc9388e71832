"""Mermaid state diagrams, as GitHub renders them."""

from typing import Final

from workflows.diagrams.graph import Edge, Graph, Mark, Region

STYLES: Final = {
    Mark.REFUNDABLE: "fill:#d9f2e3,stroke:#1b7f4b,color:#0b3d24",
    Mark.REFUNDING: "fill:#fff1cc,stroke:#9a6b00,color:#4a3300",
    Mark.FINAL: "fill:#dbe7ff,stroke:#2b5cb8,color:#12294f",
}


def to_mermaid(graph: Graph) -> str:
    """A `stateDiagram-v2` of the graph; steps of a remedy bear an arrow sign, a region beside the first is a box."""
    lines = ["---", f"title: {graph.title}", "---", "stateDiagram-v2"]
    first, *beside = graph.regions
    lines += _region(first)
    for region in beside:
        lines += [f'    state "{_text(region.title)}" as {region.key} {{', *_region(region), "    }"]
    nodes = [node for region in graph.regions for node in region.nodes]
    for mark, style in STYLES.items():
        keys = [node.key for node in nodes if node.mark == mark]
        if keys:
            lines += [f"    classDef {mark.value} {style}", f"    class {','.join(keys)} {mark.value}"]
    return "\n".join(lines) + "\n"


def _region(region: Region) -> list[str]:
    lines = [f'    state "{_text(node.label)}" as {node.key}' for node in region.nodes]
    lines += [f"    [*] --> {start.target}: {_text(start.event)}" for start in region.starts]
    lines += [f"    {edge.source} --> {edge.target}: {_label(edge)}" for edge in region.edges]
    return lines + [f"    {node.key} --> [*]" for node in region.nodes if node.mark == Mark.FINAL and not node.leaves]


def _label(edge: Edge) -> str:
    return _text(f"↩ {edge.label}" if edge.remedy else edge.label)


def _text(text: str) -> str:
    """Text that Mermaid takes as text: its own signs as entities."""
    return (
        text.replace("#", "#35;").replace('"', "#quot;").replace(":", "#58;").replace(";", "#59;")
        if _has_signs(text)
        else text
    )


def _has_signs(text: str) -> bool:
    return any(sign in text for sign in '#":;')
