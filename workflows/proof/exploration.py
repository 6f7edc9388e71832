"""The search: breadth first from every payment at once, so that what is found first is reached in the fewest moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.definition import Product
from workflows.eligibility import Answer, answer
from workflows.proof.making import begun, made
from workflows.proof.moves import Kind, Move, Repertoire, moves
from workflows.proof.promises import REFUNDED_IN_FULL
from workflows.proof.situations import Place, Situation, place_of
from workflows.proof.starts import Start
from workflows.proof.steps import Step
from workflows.step import Policy
from workflows.words import REFUND_REQUESTED, Outcome

MOST_SITUATIONS = 500_000


class EndlessError(ValueError):
    """The search does not come to an end: some fact of a product takes ever new values."""


@dataclass(slots=True, eq=False)
class Visit:
    """A situation that was reached, and by which move from which other one.

    `onward` are the situations that any move leads to; `eased` those that a step leads to which somebody can take now,
    be it a remedy or not (but to use anew what is unused is none); `accepts`: a request made now is taken.
    """

    number: int
    situation: Situation
    parent: "Visit | None"
    move: Move | None
    steps: tuple[Step, ...]
    answer: Answer
    onward: list["Visit"] = field(default_factory=list)
    eased: list["Visit"] = field(default_factory=list)
    accepts: bool = False

    @property
    def trail(self) -> list["Visit"]:
        """From the payment to here."""
        found: list[Visit] = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found[::-1]


@dataclass(slots=True)
class Turn:
    """A move made from a situation. `to` is None where the search does not go on from there."""

    visit: Visit
    move: Move
    steps: tuple[Step, ...]
    to: Visit | None
    new: bool


@dataclass(slots=True)
class Exploration:
    """All that was found of one product under one version of the rules."""

    policy: Policy
    product: Product
    visits: list[Visit] = field(default_factory=list)
    turns: int = 0
    _places: dict[Place, Visit] = field(default_factory=dict)

    def begin(self, start: Start) -> Visit:
        situation, steps = begun(self.policy, start)
        return self._reached(situation, None, None, steps)[0]

    def turned(self) -> Iterator[Turn]:
        """Every move from every situation, nearest first. Raises EndlessError where there is no end of situations."""
        repertoire = Repertoire(self.product)
        for visit in self.visits:  # grows while it is gone through
            for move in moves(repertoire, visit.situation):
                self.turns += 1
                yield self._made(repertoire, visit, move)

    def _made(self, repertoire: Repertoire, visit: Visit, move: Move) -> Turn:
        before = visit.situation
        after, steps = made(self.policy, before, move)
        if after is before or not _followed(before, after):
            return Turn(visit, move, steps, None, new=False)
        to, new = self._reached(after, visit, move, steps)
        if to is not visit:
            visit.onward.append(to)
        if move.kind == Kind.TOLD and move.dated == before.now and steps[0].outcome == Outcome.APPLIED:
            if move.event == REFUND_REQUESTED:
                visit.accepts = True
            elif move.event in repertoire.eases and before.resource.state not in REFUNDED_IN_FULL:
                visit.eased.append(to)
        return Turn(visit, move, steps, to, new)

    def _reached(
        self, situation: Situation, parent: Visit | None, move: Move | None, steps: tuple[Step, ...]
    ) -> tuple[Visit, bool]:
        place = place_of(situation)
        known = self._places.get(place)
        if known is not None:
            return known, False
        if len(self.visits) >= MOST_SITUATIONS:
            facts = dict(situation.resource.facts)
            raise EndlessError(f"{self.product.key}: more than {MOST_SITUATIONS:,} situations, now with facts {facts}")
        case = self.policy.case(situation.resource, situation.now, situation.standing.unresolved)
        visit = Visit(len(self.visits), situation, parent, move, steps, answer(case))
        self._places[place] = visit
        self.visits.append(visit)
        return visit, True


def _followed(before: Situation, after: Situation) -> bool:
    """Whether the search goes on: one event may wait, after one of the payments and while the window is open."""
    if after.standing.unresolved <= before.standing.unresolved:
        return True
    return after.start.waiting and after.standing.unresolved == 1 and after.now < after.start.deadline_at
