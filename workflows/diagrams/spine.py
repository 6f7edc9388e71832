"""The order of a drawing: its states one below the other, along the longest way that a thing can go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workflows.diagrams.graph import Edge, Region, Start

#: What an arrow costs: nothing to the next state, little back to the last one, and by its length elsewhere.
BACK_ONE, BACK, FURTHER = 2, 5, 2
#: So many ways are looked at and no more, however wild the machine: a drawing must not take for ever.
WAYS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Arrow:
    """All events that lead from one state (None: the beginning) to another, drawn as one line."""

    source: str | None
    target: str
    steps: tuple[Edge | Start, ...]


def arrows_of(region: Region) -> tuple[Arrow, ...]:
    """The arrows of a region, in the order of its starts and edges."""
    steps: dict[tuple[str | None, str], list[Edge | Start]] = {}
    for start in region.starts:
        steps.setdefault((None, start.target), []).append(start)
    for edge in region.edges:
        steps.setdefault((edge.source, edge.target), []).append(edge)
    return tuple(Arrow(source, target, tuple(found)) for (source, target), found in steps.items())


def spine(region: Region, arrows: tuple[Arrow, ...]) -> tuple[str, ...]:
    """The states from top to bottom: the longest way first of all, then every other state where it lies best."""
    nexts: dict[str | None, list[str]] = {}
    for arrow in arrows:
        nexts.setdefault(arrow.source, []).append(arrow.target)
    order: tuple[str, ...] = ()
    for _, way in zip(range(WAYS), _ways(None, (), nexts), strict=False):
        order = max(order, way, key=len)
    order = order or (region.nodes[0].key,)
    for key in (node.key for node in region.nodes if node.key not in order):
        places = [(*order[:at], key, *order[at:]) for at in range(len(order), 0, -1)]
        order = min(places, key=lambda place: _cost(place, arrows))
    return order


def _ways(at: str | None, way: tuple[str, ...], nexts: dict[str | None, list[str]]) -> Iterator[tuple[str, ...]]:
    """Every way that visits no state twice."""
    yield way
    for key in nexts.get(at, ()):
        if key not in way:
            yield from _ways(key, (*way, key), nexts)


def _cost(order: tuple[str, ...], arrows: tuple[Arrow, ...]) -> int:
    place: dict[str | None, int] = {None: -1, **{key: at for at, key in enumerate(order)}}
    drawn = [arrow for arrow in arrows if arrow.source in place and arrow.target in place]
    return sum(_price(place[arrow.target] - place[arrow.source]) for arrow in drawn)


def _price(down: int) -> int:
    if down in {0, 1}:
        return 0
    if down == -1:
        return BACK_ONE
    return FURTHER * down if down > 0 else BACK + FURTHER * -down
