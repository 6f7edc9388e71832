"""The rows of a drawing: each state with the places at its sides where arrows leave and arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflows.diagrams.graph import Node, Region
from workflows.diagrams.inscription import Label, Line, height_of, label_of, node_lines
from workflows.diagrams.spine import Arrow

DOT: Final = 14  # the beginning
PADDING: Final = 12  # within a state, above and below
ARRIVAL: Final = 18
ABOVE_LINE, OVER_LINE, BELOW_LINE = 8, 4, 2  # above the text that stands on an arrow's line, and around that line
LOOP: Final = 18


class Course(StrEnum):
    """How an arrow runs."""

    DOWN = "down"  # to the next state
    UP = "up"  # back to the last one
    LOOP = "loop"
    RIGHT = "right"  # past others, downwards
    LEFT = "left"  # past others, upwards


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow with its text, and how it runs past how many states."""

    arrow: Arrow
    label: Label
    course: Course
    span: int


@dataclass(frozen=True, slots=True)
class Port:
    """A place at a state's side: for a way that leaves, or (None) for all that arrive there."""

    way: Way | None

    @property
    def height(self) -> int:
        if self.way is None:
            return ARRIVAL
        if self.way.course is Course.LOOP:
            return max(self.way.label.height, LOOP) + ABOVE_LINE + OVER_LINE
        return ABOVE_LINE + self.way.label.height + OVER_LINE + BELOW_LINE


@dataclass(frozen=True, slots=True)
class Row:
    """A state (None: the beginning), what is written in it, and its ports on either side, from top to bottom."""

    node: Node | None
    lines: tuple[Line, ...]
    right: tuple[Port, ...]
    left: tuple[Port, ...]

    @property
    def key(self) -> str | None:
        return self.node.key if self.node else None

    @property
    def height(self) -> int:
        """High enough for what is written in it, and for all ports."""
        sides = max(stack_height(self.right), stack_height(self.left))
        inside = height_of(self.lines) + 2 * PADDING if self.node else DOT
        return max(sides + PADDING if sides else 0, inside)


def stack_height(ports: tuple[Port, ...]) -> int:
    return sum(port.height for port in ports)


def ways_of(arrows: tuple[Arrow, ...], order: tuple[str, ...]) -> tuple[Way, ...]:
    """How each arrow runs when the states stand in this order."""
    place: Mapping[str | None, int] = {None: -1, **{key: at for at, key in enumerate(order)}}
    return tuple(_way(arrow, place[arrow.target] - place[arrow.source]) for arrow in arrows)


def _way(arrow: Arrow, down: int) -> Way:
    straight = {0: Course.LOOP, 1: Course.DOWN, -1: Course.UP}
    course = straight.get(down) or (Course.RIGHT if down > 0 else Course.LEFT)
    return Way(arrow, label_of(arrow), course, abs(down))


def rows_of(region: Region, ways: tuple[Way, ...], order: tuple[str, ...]) -> tuple[Row, ...]:
    """The beginning, where there is one, and every state in this order."""
    nodes: dict[str | None, Node] = {node.key: node for node in region.nodes}
    keys = (*((None,) if region.starts else ()), *order)
    return tuple(_row(key, nodes.get(key), ways) for key in keys)


def _row(key: str | None, node: Node | None, ways: tuple[Way, ...]) -> Row:
    """The ports in the order in which lines cross least.

    What comes from above or goes there is at the top; of those that leave, the one furthest out is the first on the way
    down and the last on the way up.
    """
    leaving = [way for way in ways if way.arrow.source == key]
    arriving = {way.course for way in ways if way.arrow.target == key}
    loops = [Port(way) for way in leaving if way.course is Course.LOOP]
    down = sorted((way for way in leaving if way.course is Course.RIGHT), key=lambda way: -way.span)
    up = sorted((way for way in leaving if way.course is Course.LEFT), key=lambda way: way.span)
    return Row(
        node,
        node_lines(node) if node else (),
        right=(*([Port(None)] if Course.RIGHT in arriving else []), *loops, *(Port(way) for way in down)),
        left=(*(Port(way) for way in up), *([Port(None)] if Course.LEFT in arriving else [])),
    )
