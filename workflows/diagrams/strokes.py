"""The marks of a drawing as SVG writes them: lines with round bends, heads of arrows, boxes, ids and text."""

import re
from typing import Final

from workflows.diagrams.geometry import Box, Point

BEND: Final = 7  # radius of a line's bends
HEAD: Final = 8  # length of an arrow's head
_NOT_XML: Final = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def line_path(points: tuple[Point, ...]) -> str:
    """A line with round bends, which ends within the arrow's head."""
    shown = [*points[:-1], _back(points[-1], points[-2], HEAD - 2)]
    parts = [f"M{shown[0][0]} {shown[0][1]}"]
    for before, corner, after in zip(shown, shown[1:], shown[2:], strict=False):
        radius = min(BEND, _length(before, corner) // 2, _length(corner, after) // 2)
        into, out = _back(corner, before, radius), _back(corner, after, radius)
        parts.append(f"L{into[0]} {into[1]}Q{corner[0]} {corner[1]} {out[0]} {out[1]}")
    return "".join(parts) + f"L{shown[-1][0]} {shown[-1][1]}"


def head_path(points: tuple[Point, ...]) -> str:
    """A triangle whose tip is the line's end."""
    tip, (x, y) = points[-1], _back(points[-1], points[-2], HEAD)
    half = HEAD // 2
    level = y == tip[1]
    one, two = ((x, y - half), (x, y + half)) if level else ((x - half, y), (x + half, y))
    return f"M{tip[0]} {tip[1]}L{one[0]} {one[1]}L{two[0]} {two[1]}Z"


def _back(end: Point, towards: Point, by: int) -> Point:
    """The point so far from the end, on the upright or level line towards another."""
    right = (towards[0] > end[0]) - (towards[0] < end[0])
    down = (towards[1] > end[1]) - (towards[1] < end[1])
    return end[0] + right * by, end[1] + down * by


def _length(one: Point, two: Point) -> int:
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


def place(box: Box) -> str:
    return f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'


def identifier(key: str) -> str:
    """A key as part of an id: other signs than letters, digits and `_` by their number."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f".{ord(found[0]):x}.", key)


def escaped(text: str) -> str:
    """Text as XML has it, without the control characters that XML has not."""
    return (
        _NOT_XML.sub(" ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
