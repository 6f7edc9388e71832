"""Mermaid state diagrams, as GitHub renders them.

Regions that live side by side are concurrent: a frame around all of them, the first in it as it is, every other behind
a `--` in a box that names it. Mermaid draws all transitions alike, so signs tell what other formats draw: see
`workflows.diagrams.labels`.
"""

import json
import re
from typing import Final

from workflows.diagrams.graph import Graph, Mark, Region
from workflows.diagrams.labels import edge_lines, lines_of, node_lines, start_lines, title_lines

STYLES: Final = {
    Mark.REFUNDABLE: "fill:#d9f2e3,stroke:#1b7f4b,color:#0b3d24",
    Mark.REFUNDING: "fill:#fff1cc,stroke:#9a6b00,color:#4a3300",
    Mark.FINAL: "fill:#dbe7ff,stroke:#2b5cb8,color:#12294f",
}
HERE: Final = "stroke:#c2185b,stroke-width:4px"

#: What Mermaid, or the Markdown it reads labels as, takes for a sign: `_` only at a word's edge, `1.` only in front.
_SIGNS: Final = re.compile(r'[#";:<>&\\{}%$*`~|]|(?<![^\W_])_|_(?![^\W_])|^(?:\d+\.|[-+=])|--')


def to_mermaid(graph: Graph) -> str:
    """A `stateDiagram-v2` of the graph."""
    lines = ["---", f"title: {_title(title_lines(graph))}", "---", "stateDiagram-v2"]
    first, *beside = graph.regions
    lines += _side_by_side(first, beside) if beside else _region(first)
    return "\n".join([*lines, *_classes(graph)]) + "\n"


def _side_by_side(first: Region, beside: list[Region]) -> list[str]:
    lines = [f'    state "{_label(lines_of([first.title]))}" as regions {{', *_region(first)]
    for region in beside:
        named = f'    state "{_label(lines_of([region.title]))}" as {region.key} {{'
        lines += ["    --", named, *_region(region), "    }"]
    return [*lines, "    }"]


def _region(region: Region) -> list[str]:
    lines = [f'    state "{_label(node_lines(node))}" as {node.key}' for node in region.nodes]
    lines += [f"    [*] --> {start.target}: {_label(start_lines(start))}" for start in region.starts]
    lines += [f"    {edge.source} --> {edge.target}: {_label(edge_lines(edge))}" for edge in region.edges]
    return lines + [f"    {node.key} --> [*]" for node in region.nodes if node.ends]


def _classes(graph: Graph) -> list[str]:
    nodes = [node for region in graph.regions for node in region.nodes]
    styled = [(mark.value, style, [node.key for node in nodes if node.mark == mark]) for mark, style in STYLES.items()]
    styled.append(("here", HERE, [node.key for node in nodes if node.here]))
    lines = []
    for name, style, keys in styled:
        if keys:
            lines += [f"    classDef {name} {style}", f"    class {','.join(keys)} {name}"]
    return lines


def _label(lines: list[str]) -> str:
    return "<br/>".join(_text(line) for line in lines)


def _text(line: str) -> str:
    """Text that Mermaid takes as text: its own signs as entities, and dates that are not broken at their hyphens."""
    line = re.sub(r"(?<=\d)-(?=\d)", "\N{NON-BREAKING HYPHEN}", line)
    return _SIGNS.sub(lambda sign: "".join(f"#{ord(character)};" for character in sign.group()), line)


def _title(lines: list[str]) -> str:
    """The title in the YAML in front: bare where it is plain words, otherwise quoted, without a tag to be rewritten."""
    title = " · ".join(lines)
    if re.fullmatch(r"[A-Za-z][\w ]*", title):
        return title
    return json.dumps(title, ensure_ascii=False).replace("<", "\\u003c")
