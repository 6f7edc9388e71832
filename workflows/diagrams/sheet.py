"""A whole drawing on its sheet: title, caption, the regions one below the other, and what the signs mean."""

from dataclasses import dataclass
from typing import Final

from workflows.diagrams.geometry import Box
from workflows.diagrams.graph import Edge, Graph
from workflows.diagrams.inscription import REMEDY_SIGN, Line, height_of
from workflows.diagrams.layout import Placed, placed
from workflows.diagrams.lettering import CAPTION, HEADING, NOTE, TITLE, wrapped
from workflows.diagrams.wording import steps_of

MARGIN: Final = 16
BETWEEN: Final = 20
PANEL_PADDING: Final = 14
NARROWEST: Final = 360  # so that title and caption have room


@dataclass(frozen=True, slots=True)
class Panel:
    """A region with the place of its upper left corner; `frame`: it stands beside the first region, under its title."""

    placed: Placed
    x: int
    y: int
    frame: Box | None
    heading: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything placed, in pixels from the sheet's upper left corner."""

    width: int
    height: int
    head: tuple[Line, ...]
    panels: tuple[Panel, ...]
    legend: tuple[Line, ...]
    legend_top: int


def sheet_of(graph: Graph) -> Sheet:
    regions = tuple(placed(region) for region in graph.regions)
    framed = [region.width + 2 * PANEL_PADDING for region in regions[1:]]
    inside = max(NARROWEST, regions[0].width, *framed) if framed else max(NARROWEST, regions[0].width)
    x = MARGIN + (inside - regions[0].width) // 2
    axis = x + regions[0].axis
    head = _head(graph, inside)
    y = MARGIN + height_of(head) + BETWEEN // 2
    panels: list[Panel] = []
    for region in regions:
        panel = _panel(region, y, inside, axis) if panels else Panel(region, x, y, None, ())
        panels.append(panel)
        y = (panel.frame.bottom if panel.frame else y + region.height) + BETWEEN
    legend = _legend(graph, inside)
    bottom = y + height_of(legend) + MARGIN if legend else y - BETWEEN + MARGIN
    return Sheet(inside + 2 * MARGIN, bottom, head, tuple(panels), legend, y)


def _head(graph: Graph, width: int) -> tuple[Line, ...]:
    title = [Line(text, TITLE) for text in wrapped(graph.title, TITLE, width, 2)]
    return tuple(title + [Line(text, CAPTION) for line in graph.caption for text in wrapped(line, CAPTION, width)])


def _panel(region: Placed, top: int, inside: int, axis: int) -> Panel:
    """A region in its frame, its spine as near below the first region's as there is room for."""
    heading = tuple(
        Line(text, HEADING) for text in wrapped(region.region.title, HEADING, inside - 2 * PANEL_PADDING, 2)
    )
    down = PANEL_PADDING + height_of(heading)
    frame = Box(MARGIN, top, inside, down + region.height + PANEL_PADDING)
    leftmost, rightmost = frame.x + PANEL_PADDING, frame.right - PANEL_PADDING - region.width
    x = max(leftmost, min(axis - region.axis, rightmost))
    return Panel(region, x, top + down, frame, heading)


def _legend(graph: Graph, width: int) -> tuple[Line, ...]:
    """What the signs mean that this drawing shows."""
    steps = steps_of(graph)
    edges = [step for step in steps if isinstance(step, Edge)]
    signs = {
        f"{REMEDY_SIGN} a step that a refund may need first": any(edge.remedy for edge in edges),
        "Thick, numbered: the way it came (times are UTC)": any(step.visits for step in steps),
        "Dashed: possible next": any(edge.possible for edge in edges),
    }
    told = [meaning for meaning, shown in signs.items() if shown]
    return tuple(Line(text, NOTE) for line in told for text in wrapped(line, NOTE, width))
