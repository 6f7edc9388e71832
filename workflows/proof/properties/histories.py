"""What is written down."""

from typing import Final

from workflows.history import first_break, fold
from workflows.proof.exploration import Exploration, Visit
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import OfStep, OfVisit, Property
from workflows.proof.steps import Step
from workflows.words import Outcome


def _folds(_exploration: Exploration, visit: Visit) -> str | None:
    rows = [row for place in visit.trail for step in place.steps for row in step.rows]
    if fold(rows) != visit.situation.resource:
        return "the resource is not what its history amounts to"
    broken = first_break(rows)
    return None if broken is None else f"the chain of the history breaks at row {broken.seq}"


def _recorded(step: Step) -> str | None:
    if step.before.seq == step.after.seq and step.before != step.after:
        return f"{step.event} changed the resource and left no row"
    if step.outcome == Outcome.REFUSED and len(step.rows) != 1:
        return f"a refusal of {step.event} left {len(step.rows)} rows"
    if step.outcome == Outcome.REFUSED and (step.rows[0].changes or step.before.state != step.after.state):
        return f"a refused {step.event} changed something"
    return None


HISTORIES: Final[tuple[Property, ...]] = (
    OfVisit("history", "A resource is what its history amounts to, and its chain of hashes holds.", None, _folds),
    OfStep(
        "recorded",
        "Every change and every refusal leaves its row; what is refused changes nothing.",
        None,
        concerns.every_step,
        _recorded,
    ),
)
