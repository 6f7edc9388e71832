"""What leads from state to state in a machine, in words, and how often it has happened."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from persistence.moves import Move
from workflows.definition import ELIGIBLE, WITHIN_LIMIT, Arc, Defined, Product
from workflows.fields import Field
from workflows.reasons import Code
from workflows.refund_machine import REFUND, SECOND_PERSON
from workflows.window_machine import WINDOW
from workflows.words import ORDER_PAID, WINDOW_EXPIRED, Outcome

#: What must hold, as the end of a sentence; a guard that is not here is told by its name.
CONDITIONS: Final[Mapping[str, str]] = {
    ELIGIBLE: "no rule about refunds says no",
    WITHIN_LIMIT: "the amount is one that account managers may override",
    SECOND_PERSON: "a second person decides, not the one who asked",
    "before the deadline": "the deadline has not passed",
    "from the deadline on": "the deadline has passed",
    "nothing consumed": "nothing of the quota is consumed",
    "partial refund in review": "its refund by usage waits for a decision",
    "data deletion confirmed": "it is confirmed that all data is deleted",
}
#: The events of machines that are no product whose every occurrence is one passing of their one arc.
COUNTED: Final[Mapping[str, frozenset[str]]] = {
    REFUND.key: frozenset(arc.event for arc in REFUND.arcs),
    WINDOW.key: frozenset({ORDER_PAID, WINDOW_EXPIRED}),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold, in words; where it does not, the event is `otherwise` (refused, parked), with this reason."""

    words: str
    otherwise: Outcome | None = None
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One arc, without sources the beginning. `remedy`: a refund may need it first.

    `recent` and `ever` say how often it was passed; None where what is recorded does not tell it from another one.
    """

    event: str
    sources: tuple[str, ...]
    target: str
    actor: str | None
    conditions: tuple[Condition, ...]
    fields: tuple[Field, ...]
    remedy: bool
    recent: int | None
    ever: int | None

    @property
    def name(self) -> str:
        """What its figures are named after."""
        return f"{self.event}:{'+'.join(self.sources)}:{self.target}"


def transitions(
    machine: Defined, product: str | None, recent: Counter[Move], ever: Counter[Move]
) -> Iterator[Transition]:
    """The arcs in the order of the definition, the beginnings first; `product` narrows what is counted."""

    def passed(event: str, sources: tuple[str | None, ...], target: str) -> tuple[int | None, int | None]:
        first, second = (_count(machine, product, moves, event, sources, target) for moves in (recent, ever))
        return first, second

    for target, event in machine.starts.items():
        yield Transition(event, (), target, None, (), (), False, *passed(event, (None,), target))
    for arc in machine.all_arcs:
        counts = passed(arc.event, arc.sources, arc.target)
        remedy = arc.step is not None
        yield Transition(
            arc.event, arc.sources, arc.target, arc.actor, _conditions(machine, arc), arc.fields, remedy, *counts
        )


def _count(
    machine: Defined,
    product: str | None,
    moves: Counter[Move],
    event: str,
    sources: tuple[str | None, ...],
    target: str,
) -> int | None:
    if isinstance(machine, Product):
        return sum(moves[Move(machine.key, event, source, target)] for source in sources)
    if event not in COUNTED[machine.key]:
        return None
    return sum(number for move, number in moves.items() if move.event == event and product in (None, move.product))


def _conditions(machine: Defined, arc: Arc) -> tuple[Condition, ...]:
    found = [Condition(CONDITIONS.get(guard.name, guard.name), guard.otherwise, guard.code) for guard in arc.guards]
    if arc.condition is not None:
        found.append(Condition(CONDITIONS.get(arc.condition, arc.condition)))
    if arc.came_from is not None:
        found.append(Condition(f"it was asked for while {machine.label(arc.came_from).lower()}"))
    return tuple(found)
