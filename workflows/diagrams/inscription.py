"""What is written at a state and at an arrow, in lines that fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workflows.diagrams.graph import Edge, Mark, Node, Start
from workflows.diagrams.lettering import BADGE, COUNT, EVENT, GUARD, NOTE, STATE, VISIT, Face, cut, wrapped
from workflows.diagrams.overlay import Tally, Visit
from workflows.diagrams.spine import Arrow

NODE_LIMIT: Final = 190
LABEL_LIMIT: Final = 206
INDENT: Final = 10
BETWEEN_STEPS: Final = 5
#: So many amounts of money, and so many visits, are written out; the title has them all.
SHOWN: Final = 5
REMEDY_SIGN: Final = "\u21a9\ufe0e"  # the selector asks for the letter, not for a coloured picture
MARK_NOTES: Final = {
    Mark.PLAIN: "",
    Mark.REFUNDABLE: "refundable",
    Mark.REFUNDING: "refund in progress",
    Mark.FINAL: "final",
}
MAY_END: Final = "may end here"
HERE: Final = "now here"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in its face. `indent`: it goes on from the line before."""

    text: str
    face: Face
    indent: int = 0

    @property
    def width(self) -> int:
        return self.indent + self.face.width(self.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written about one event of an arrow."""

    step: Edge | Start
    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        return height_of(self.lines)


@dataclass(frozen=True, slots=True)
class Label:
    """All that is written at an arrow, event below event."""

    entries: tuple[Entry, ...]

    @property
    def width(self) -> int:
        return max(line.width for entry in self.entries for line in entry.lines)

    @property
    def height(self) -> int:
        return sum(entry.height for entry in self.entries) + BETWEEN_STEPS * (len(self.entries) - 1)


def height_of(lines: tuple[Line, ...]) -> int:
    return sum(line.face.leading for line in lines)


def label_of(arrow: Arrow) -> Label:
    return Label(tuple(Entry(step, _step_lines(step)) for step in arrow.steps))


def node_lines(node: Node) -> tuple[Line, ...]:
    """Where the resource is, the state's name, what is special about it, and how much stands there."""
    lines = [Line(HERE, BADGE)] if node.here else []
    lines += [Line(text, STATE) for text in wrapped(node.label, STATE, NODE_LIMIT)]
    note = mark_note(node)
    lines += [Line(note, NOTE)] if note else []
    return (*lines, *(_tally_lines(node.tally) if node.tally else ()))


def mark_note(node: Node) -> str:
    """What is special about a state, in a word or two; nothing about most."""
    return MAY_END if node.mark == Mark.FINAL and node.leaves else MARK_NOTES[node.mark]


def _tally_lines(tally: Tally) -> Iterator[Line]:
    """How many, large; the first amounts of money; and how long, which is never left out."""
    count, *facts = tally.lines
    yield Line(cut(count, COUNT, NODE_LIMIT), COUNT)
    money, dwells = facts[: len(tally.money)], facts[len(tally.money) :]
    for fact in (*_few(tuple(money)), *(part for dwell in dwells for part in _parts(dwell))):
        yield from (Line(text, NOTE) for text in wrapped(fact, NOTE, NODE_LIMIT, 2))


def _parts(dwell: str) -> list[str]:
    """`median 3 d, p95 12 d` in one line if there is room for it, else in two."""
    return [dwell] if NOTE.width(dwell) <= NODE_LIMIT else dwell.split(", ")


def _step_lines(step: Edge | Start) -> tuple[Line, ...]:
    lines = _indented(_event_lines(step), EVENT)
    if isinstance(step, Edge) and step.conditions:
        lines += _indented(wrapped(f"[{', '.join(step.conditions)}]", GUARD, LABEL_LIMIT - INDENT), GUARD)
    return (*lines, *(Line(text, VISIT) for text in _visit_lines(step.visits)))


def _event_lines(step: Edge | Start) -> tuple[str, ...]:
    """The event's name, in one line or broken behind its first dot or comma rather than anywhere else."""
    sign = f"{REMEDY_SIGN} " if isinstance(step, Edge) and step.remedy else ""
    name = sign + step.event
    if EVENT.width(name) <= LABEL_LIMIT:
        return (name,)
    mark = ", " if ", " in name else "."
    first, found, rest = name.partition(mark)
    if not found:
        return wrapped(name, EVENT, LABEL_LIMIT - INDENT)
    limit = LABEL_LIMIT - INDENT
    return (*wrapped(first + mark.rstrip(), EVENT, limit), *wrapped(rest, EVENT, limit))


def _indented(texts: tuple[str, ...], face: Face) -> tuple[Line, ...]:
    return tuple(Line(text, face, INDENT if at else 0) for at, text in enumerate(texts))


def _visit_lines(visits: tuple[Visit, ...]) -> tuple[str, ...]:
    return _few(tuple(visit.text for visit in visits))


def _few(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts, or the first of them and how many more there are."""
    if len(texts) <= SHOWN:
        return texts
    return (*texts[: SHOWN - 1], f"+ {len(texts) - SHOWN + 1} more")
