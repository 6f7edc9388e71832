"""Where everything of a region goes: its states on a spine, from top to bottom, and its arrows along both sides.

What leads to the next state, or back to the last one, is a straight line on the spine. All other arrows leave and reach
a state at its side, on the right when they go down and on the left when they go up, and run in lanes further out;
arrows to one state share a lane. A state is as high as what is written beside it, so that by its making no text lies
over another text, a state or a lane.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from workflows.diagrams.geometry import Box, Point
from workflows.diagrams.graph import Region
from workflows.diagrams.rows import (
    ARRIVAL,
    BELOW_LINE,
    DOT,
    LOOP,
    OVER_LINE,
    Course,
    Port,
    Row,
    Way,
    rows_of,
    stack_height,
    ways_of,
)
from workflows.diagrams.spine import arrows_of, spine

NODE_WIDTH: Final = 150
SIDE_PADDING: Final = 12
GAP, GAP_AROUND = 38, 22  # between two states, at least; around the text there
BESIDE: Final = 10  # between a text and the line or state it stands at
UPWARDS: Final = 28  # an arrow back to the last state runs so far left of the one down
LANE: Final = 14
EDGE: Final = 4  # room for the thickness of the outermost lines


@dataclass(frozen=True, slots=True)
class PlacedNode:
    row: Row
    box: Box


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """A way with the corners of its line from source to target, and the box of its text.

    `flush`: the lines of its text end at the right of the box, where their state is.
    """

    way: Way
    points: tuple[Point, ...]
    box: Box
    flush: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A region on paper of its own, whose upper left corner is 0, 0; `axis` is the x of its spine."""

    region: Region
    nodes: tuple[PlacedNode, ...]
    arrows: tuple[PlacedArrow, ...]
    axis: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The x of the spine's states, and of the innermost lane on either side."""

    left: int
    right: int
    left_lane: int
    right_lane: int
    width: int

    @property
    def middle(self) -> int:
        return (self.left + self.right) // 2


def placed(region: Region) -> Placed:
    """The whole region, placed."""
    arrows = arrows_of(region)
    order = spine(region, arrows)
    ways = ways_of(arrows, order)
    rows = rows_of(region, ways, order)
    tops = _tops(rows, ways)
    ports = _port_heights(rows, tops)
    lanes = {course: _lanes(course, ways, ports) for course in (Course.RIGHT, Course.LEFT)}
    columns = _columns(rows, ways, lanes)
    nodes = {row.key: PlacedNode(row, _node_box(row, top, columns)) for row, top in zip(rows, tops, strict=True)}
    boxes = {key: node.box for key, node in nodes.items()}
    drawn = tuple(_arrow(way, boxes, ports, lanes, columns) for way in ways)
    bottom = tops[-1] + rows[-1].height + EDGE
    return Placed(region, tuple(nodes.values()), drawn, columns.middle, columns.width, bottom)


def _tops(rows: tuple[Row, ...], ways: tuple[Way, ...]) -> tuple[int, ...]:
    """The y of each row: below the one before it, and the text between them."""
    tops = [EDGE]
    for upper, lower in pairwise(rows):
        between = [way.label.height for way in ways if {way.arrow.source, way.arrow.target} == {upper.key, lower.key}]
        tops.append(tops[-1] + upper.height + max([GAP, *(height + GAP_AROUND for height in between)]))
    return tuple(tops)


#: The y of the line of a way that leaves a state, and of the one line by which ways of one course arrive at a state.
PortHeights = Mapping[tuple[str | None, Way | Course], int]


def _port_heights(rows: tuple[Row, ...], tops: tuple[int, ...]) -> PortHeights:
    found: dict[tuple[str | None, Way | Course], int] = {}
    for row, top in zip(rows, tops, strict=True):
        for ports, course in ((row.right, Course.RIGHT), (row.left, Course.LEFT)):
            y = top + (row.height - stack_height(ports)) // 2
            for port in ports:
                found[row.key, port.way or course] = y + _line_in(port)
                y += port.height
    return found


def _line_in(port: Port) -> int:
    """How far below the port's top its line runs: through the middle of an arrival or a loop, else below the text."""
    if port.way is None:
        return ARRIVAL // 2
    return port.height // 2 if port.way.course is Course.LOOP else port.height - BELOW_LINE


def _lanes(course: Course, ways: tuple[Way, ...], ports: PortHeights) -> dict[str, int]:
    """The lane of each state that ways of this course lead to, counted outwards: the shortest lie innermost."""
    reach: dict[str, tuple[int, int]] = {}
    for way in ways:
        if way.course is course:
            ends = ports[way.arrow.source, way], ports[way.arrow.target, course]
            known = reach.get(way.arrow.target, ends)
            reach[way.arrow.target] = min(*ends, *known), max(*ends, *known)
    lanes: dict[str, int] = {}
    for target, (top, bottom) in sorted(reach.items(), key=lambda item: item[1][1] - item[1][0]):
        taken = {lanes[other] for other in lanes if reach[other][0] <= bottom and top <= reach[other][1]}
        lanes[target] = next(lane for lane in range(len(reach)) if lane not in taken)
    return lanes


def _columns(rows: tuple[Row, ...], ways: tuple[Way, ...], lanes: Mapping[Course, Mapping[str, int]]) -> Columns:
    """As wide as the widest text of each column, and no wider."""
    inside = max([NODE_WIDTH, *(line.width + 2 * SIDE_PADDING for row in rows for line in row.lines)])
    node_width = inside + inside % 2
    outside = [_outside(way, node_width) for way in ways]
    texts_left, texts_right = max([0, *(left for left, _ in outside)]), max([0, *(right for _, right in outside)])
    widths = {course: LANE * (max(found.values()) + 1) if found else 0 for course, found in lanes.items()}
    left = EDGE + widths[Course.LEFT] + texts_left
    right = left + node_width
    return Columns(
        left, right, left - texts_left, right + texts_right, right + texts_right + widths[Course.RIGHT] + EDGE
    )


def _outside(way: Way, node_width: int) -> tuple[int, int]:
    """How far the way's text reaches beyond the spine's states, to the left and to the right."""
    text = way.label.width + 2 * BESIDE
    half = node_width // 2
    match way.course:
        case Course.DOWN:
            return 0, text - half
        case Course.UP:
            return text + UPWARDS - half, 0
        case Course.LOOP:
            return 0, text + LOOP
        case Course.LEFT:
            return text, 0
        case Course.RIGHT:
            return 0, text if way.arrow.source else text + DOT // 2 - half


def _node_box(row: Row, top: int, columns: Columns) -> Box:
    if row.node is None:
        return Box(columns.middle - DOT // 2, top, DOT, row.height)
    return Box(columns.left, top, columns.right - columns.left, row.height)


def _arrow(
    way: Way,
    boxes: Mapping[str | None, Box],
    ports: PortHeights,
    lanes: Mapping[Course, Mapping[str, int]],
    columns: Columns,
) -> PlacedArrow:
    source, target = boxes[way.arrow.source], boxes[way.arrow.target]
    if way.course in {Course.UP, Course.DOWN}:
        return _straight(way, source, target)
    y = ports[way.arrow.source, way]
    if way.course is Course.LOOP:
        return _loop(way, source, y)
    end = ports[way.arrow.target, way.course]
    lane = lanes[way.course][way.arrow.target]
    width, height = way.label.width, way.label.height
    top = y - OVER_LINE - height
    if way.course is Course.RIGHT:
        x = columns.right_lane + lane * LANE
        points = ((source.right, y), (x, y), (x, end), (target.right, end))
        return PlacedArrow(way, points, Box(source.right + BESIDE, top, width, height), flush=False)
    x = columns.left_lane - lane * LANE
    points = ((source.x, y), (x, y), (x, end), (target.x, end))
    return PlacedArrow(way, points, Box(source.x - BESIDE - width, top, width, height), flush=True)


def _straight(way: Way, source: Box, target: Box) -> PlacedArrow:
    """Along the spine; the text beside it, in the middle of the gap."""
    width, height = way.label.width, way.label.height
    if way.course is Course.DOWN:
        x, ends = source.middle, (source.bottom, target.y)
        left = x + BESIDE
    else:
        x, ends = source.middle - UPWARDS, (source.y, target.bottom)
        left = x - BESIDE - width
    box = Box(left, (sum(ends) - height) // 2, width, height)
    return PlacedArrow(way, ((x, ends[0]), (x, ends[1])), box, flush=way.course is Course.UP)


def _loop(way: Way, box: Box, y: int) -> PlacedArrow:
    """Out at the right and back in a little lower; the text beside it."""
    x, upper, lower = box.right + LOOP, y - LOOP // 2, y + LOOP // 2
    points = ((box.right, upper), (x, upper), (x, lower), (box.right, lower))
    height = way.label.height
    return PlacedArrow(way, points, Box(x + BESIDE, y - height // 2, way.label.width, height), flush=False)


def segments(arrow: PlacedArrow) -> Iterator[tuple[Point, Point]]:
    """The straight parts of an arrow's line."""
    yield from pairwise(arrow.points)
