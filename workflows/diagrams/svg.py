"""SVG, drawn by the program itself: the same bytes on every machine, with no other program and no script.

Parts bear classes and data, never a style of their own, so that a page with a strict content policy can embed a drawing
and serve `theme.stylesheet()` beside it; a drawing that stands alone bears the stylesheet within.
"""

from collections.abc import Callable, Iterator
from typing import Final

from workflows.diagrams.geometry import Box
from workflows.diagrams.graph import Edge, Graph, Mark, Node, Start
from workflows.diagrams.inscription import BETWEEN_STEPS, Entry, Line, height_of
from workflows.diagrams.layout import PlacedArrow, PlacedNode
from workflows.diagrams.lettering import BADGE
from workflows.diagrams.sheet import MARGIN, PANEL_PADDING, Panel, Sheet, sheet_of
from workflows.diagrams.strokes import escaped, head_path, identifier, line_path, place
from workflows.diagrams.theme import stylesheet
from workflows.diagrams.wording import description, node_title, step_title

CORNER: Final = 10  # radius of a state's corners
RING: Final = 4  # between the two borders of a final state
BASELINE: Final = 4  # of text, below the middle of its line
BADGE_PADDING, BADGE_HEIGHT = 8, 18

#: Where a state leads when it is clicked: an address, or None for nowhere.
Link = Callable[[Node], str | None]


def to_svg(graph: Graph) -> str:
    """A drawing that stands alone, with its stylesheet within."""
    return _drawing(graph, None, stylesheet())


def to_embedded_svg(graph: Graph, link: Link | None = None) -> str:
    """A drawing to stand within a page that serves the stylesheet; its states may be links."""
    return _drawing(graph, link, "")


def _drawing(graph: Graph, link: Link | None, style: str) -> str:
    sheet = sheet_of(graph)
    name = identifier(graph.key)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="refundry-diagram" id="{name}" width="{sheet.width}"'
        f' height="{sheet.height}" viewBox="0 0 {sheet.width} {sheet.height}" role="graphics-document document"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc">',
        f'<title id="{name}-title">{escaped(graph.title)}</title>',
        f'<desc id="{name}-desc">{escaped(description(graph))}</desc>',
        *([f"<style>\n{style}</style>"] if style else []),
        f'<rect class="paper" width="{sheet.width}" height="{sheet.height}"/>',
        *_lines(sheet.head, MARGIN, MARGIN),
        *(line for panel in sheet.panels for line in _panel(panel, name, link)),
        *_legend(sheet),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(sheet: Sheet) -> Iterator[str]:
    if sheet.legend:
        yield '<g class="legend">'
        yield from _lines(sheet.legend, MARGIN, sheet.legend_top)
        yield "</g>"


def _panel(panel: Panel, name: str, link: Link | None) -> Iterator[str]:
    """Lines below states, and the lines of the way that something came above all other lines."""
    region = panel.placed.region
    yield f'<g class="region" id="{name}-region-{identifier(region.key)}" data-region="{escaped(region.key)}">'
    if panel.frame:
        frame = panel.frame
        yield f'<rect class="panel" {place(frame)} rx="{CORNER}"/>'
        yield from _lines(panel.heading, frame.x + PANEL_PADDING, frame.y + PANEL_PADDING // 2)
    yield f'<g transform="translate({panel.x} {panel.y})">'
    for arrow in sorted(panel.placed.arrows, key=_prominence):
        yield from _arrow(arrow, name, region.key)
    for node in panel.placed.nodes:
        yield from _node(node, name, region.key, link)
    yield "</g>"
    yield "</g>"


def _node(placed: PlacedNode, name: str, region: str, link: Link | None) -> Iterator[str]:
    node, box = placed.row.node, placed.box
    if node is None:
        start = f'id="{name}-start-{identifier(region)}" class="start"'
        yield f'<rect {start} {place(box)} rx="{box.width // 2}"><title>Start</title></rect>'
        return
    address = link(node) if link else None
    if address:
        yield f'<a href="{escaped(address)}">'
    classes = f"node {node.mark.value} here" if node.here else f"node {node.mark.value}"
    named = f'id="{name}-state-{identifier(node.key)}" data-state="{escaped(node.key)}"'
    yield f'<g class="{classes}" {named} role="graphics-symbol img">'
    yield f"<title>{escaped(node_title(node))}</title>"
    yield f'<rect class="box" {place(box)} rx="{CORNER}"/>'
    if node.mark == Mark.FINAL:
        inner = Box(box.x + RING, box.y + RING, box.width - 2 * RING, box.height - 2 * RING)
        yield f'<rect class="ring" {place(inner)} rx="{CORNER - RING}"/>'
    yield from _inscribed(placed.row.lines, box)
    yield "</g>"
    if address:
        yield "</a>"


def _inscribed(lines: tuple[Line, ...], box: Box) -> Iterator[str]:
    """Lines in the middle of a box."""
    y = box.y + (box.height - height_of(lines)) // 2
    for line in lines:
        middle = y + line.face.leading // 2
        if line.face is BADGE:
            width = line.width + 2 * BADGE_PADDING
            pill = Box(box.middle - width // 2, middle - BADGE_HEIGHT // 2 - 2, width, BADGE_HEIGHT)
            yield f'<rect class="badge-pill" {place(pill)} rx="{BADGE_HEIGHT // 2}"/>'
            middle -= 2
        badge = " badge-text" if line.face is BADGE else ""
        yield (
            f'<text class="{line.face.name}{badge}" x="{box.middle}" y="{middle + BASELINE}" text-anchor="middle">'
            f"{escaped(line.text)}</text>"
        )
        y += line.face.leading


def _arrow(placed: PlacedArrow, name: str, region: str) -> Iterator[str]:
    arrow = placed.way.arrow
    source = identifier(arrow.source) if arrow.source is not None else f"start-{identifier(region)}"
    identity = f"{name}-{source}--{identifier(arrow.target)}"
    kinds = _kinds(arrow.steps)
    classes = " ".join(["arrow", placed.way.course.value, *kinds])
    path, head = line_path(placed.points), head_path(placed.points)
    ends = f'data-source="{escaped(arrow.source or "")}" data-target="{escaped(arrow.target)}"'
    yield f'<g class="{classes}" id="{identity}" {ends}>'
    yield f"<title>{escaped(' / '.join(step_title(step) for step in arrow.steps))}</title>"
    if "possible" in kinds:  # no other line of its lane may show between the dashes
        yield f'<path class="halo" d="{path}"/>'
    yield f'<path class="line" d="{path}"/><path class="head" d="{head}"/>'
    y = placed.box.y
    for number, entry in enumerate(placed.way.label.entries, 1):
        yield from _entry(entry, placed, y, f"{identity}--{number}")
        y += entry.height + BETWEEN_STEPS
    yield "</g>"


def _entry(entry: Entry, placed: PlacedArrow, top: int, identity: str) -> Iterator[str]:
    step = entry.step
    kinds = "".join(f" {kind}" for kind in _kinds((step,)))
    yield f'<g class="edge{kinds}" id="{identity}" data-event="{escaped(step.event)}" role="graphics-symbol img">'
    yield f"<title>{escaped(step_title(step))}</title>"
    y = top
    for line in entry.lines:
        x, anchor = (placed.box.right, ' text-anchor="end"') if placed.flush else (placed.box.x + line.indent, "")
        yield (
            f'<text class="{line.face.name}" x="{x}"'
            f' y="{y + line.face.leading // 2 + BASELINE}"{anchor}>{escaped(line.text)}</text>'
        )
        y += line.face.leading
    yield "</g>"


def _kinds(steps: tuple[Edge | Start, ...]) -> tuple[str, ...]:
    """What is special about any of the events, the weakest first."""
    edges = [step for step in steps if isinstance(step, Edge)]
    special = {
        "remedy": any(edge.remedy for edge in edges),
        "possible": any(edge.possible for edge in edges),
        "visited": any(step.visits for step in steps),
    }
    return tuple(kind for kind, holds in special.items() if holds)


def _prominence(placed: PlacedArrow) -> int:
    """What is drawn last lies above: the way that something came above what may come next, and so on."""
    order = {"remedy": 1, "possible": 2, "visited": 3}
    return max((order[kind] for kind in _kinds(placed.way.arrow.steps)), default=0)


def _lines(lines: tuple[Line, ...], x: int, top: int) -> Iterator[str]:
    y = top
    for line in lines:
        middle = y + line.face.leading // 2
        yield f'<text class="{line.face.name}" x="{x}" y="{middle + BASELINE}">{escaped(line.text)}</text>'
        y += line.face.leading
