"""What the eligibility answer promises, held against what happens."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from workflows.fields import check_data
from workflows.proof.exploration import Exploration, Visit
from workflows.proof.making import made
from workflows.proof.moves import ASKER, Kind, Move
from workflows.proof.promises import REASON_ORDER
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import OfStep, OfVisit, OfWhole, Property
from workflows.proof.situations import Situation
from workflows.proof.steps import Step
from workflows.reasons import Reason
from workflows.words import REFUND_REQUESTED, REFUNDED, REFUNDING, Availability, Outcome, RefundStatus

OFFERING: Final = frozenset({Availability.AVAILABLE, Availability.ACTION_REQUIRED, Availability.REVIEW_REQUIRED})


def _named(exploration: Exploration) -> Iterator[tuple[str, Visit | None]]:
    """Where the search knows a way to a request that is taken, the answer names one as short; elsewhere none."""
    distance = _distances(exploration)
    for visit in exploration.visits:
        if visit.situation.standing.unresolved or visit.situation.resource.state in (REFUNDING, REFUNDED):
            continue
        found, steps = visit.answer.availability, distance.get(visit.number)
        if steps is None and found in OFFERING:
            yield f"the answer is {found}, and no steps lead to a request that is taken", visit
        elif steps is not None and found not in OFFERING:
            yield f"the answer is {found}, though a request is taken {_after(steps)}", visit
        elif steps is not None and len(visit.answer.remedy) != steps + 1:
            yield f"the answer names {len(visit.answer.remedy)} steps, though a request is taken {_after(steps)}", visit


def _after(steps: int) -> str:
    return f"after {steps} step{'' if steps == 1 else 's'}" if steps else "at once"


def _distances(exploration: Exploration) -> dict[int, int]:
    """How many steps each situation is from a request that is taken, for all from which one can be reached."""
    into: dict[int, list[int]] = {}
    for visit in exploration.visits:
        for to in visit.eased:
            into.setdefault(to.number, []).append(visit.number)
    distance = {visit.number: 0 for visit in exploration.visits if visit.accepts}
    waiting = deque(distance)
    while waiting:
        number = waiting.popleft()
        for earlier in into.get(number, ()):
            if earlier not in distance:
                distance[earlier] = distance[number] + 1
                waiting.append(earlier)
    return distance


def _kept(exploration: Exploration, visit: Visit) -> str | None:
    """Follow the answer to the letter, at the instant it was given."""
    promised = visit.answer
    if promised.availability not in OFFERING or visit.situation.standing.unresolved:
        return None
    *steps, last = promised.remedy
    if last["event"] != REFUND_REQUESTED:
        return f"the remedy ends with {last['event']}"
    situation = visit.situation
    for step in steps:
        move = _step_of(situation, step["event"])
        if move is None:
            return f"the remedy's step {step['event']} cannot be taken from {situation.resource.state}"
        situation, (first, *_) = made(exploration.policy, situation, move)
        if first.outcome != Outcome.APPLIED:
            return f"the remedy's step {step['event']} is {first.outcome}"
    move = Move(Kind.TOLD, REFUND_REQUESTED, {"requested_by": ASKER}, situation.now)
    situation, (asked, *_) = made(exploration.policy, situation, move)
    refund = situation.resource.refund
    if asked.outcome != Outcome.APPLIED or refund is None:
        return f"the answer is {promised.availability}, and a request made by it is {asked.outcome}"
    if promised.amount is None or promised.amount.minor != refund.amount_minor:
        return f"the refund is for {refund.amount_minor} minor units, not for those announced"
    reviewed = any(reason.code.kind == "review" for reason in promised.reasons)
    if reviewed != (refund.status == RefundStatus.IN_REVIEW):
        return f"the refund is {refund.status}, though the answer {'names' if reviewed else 'names no'} review"
    return None


def _step_of(situation: Situation, event: str) -> Move | None:
    """The step with the data that the definition says lets it pass; None where no such step leads on from here."""
    product = situation.start.product
    for arc in product.leaving[situation.resource.state]:
        if arc.event == event and arc.step is not None:
            return Move(Kind.TOLD, event, check_data(product.fields[event], arc.step.data), situation.now)
    return None


def _reasons_given(_exploration: Exploration, visit: Visit) -> str | None:
    found = visit.answer
    if (found.availability == Availability.AVAILABLE) != (not found.reasons):
        return f"the answer is {found.availability} with {len(found.reasons)} reasons"
    if found.availability == Availability.UNAVAILABLE and (found.amount is not None or found.remedy):
        return "the answer is unavailable, and names an amount or a remedy"
    return _disorder(found.reasons)


def _refusal(step: Step) -> str | None:
    if not step.reasons:
        return f"{step.event} is refused without a reason"
    return _disorder(step.reasons)


def _disorder(reasons: tuple[Reason, ...]) -> str | None:
    keys = [reason.code.key for reason in reasons]
    unknown = [key for key in keys if key not in REASON_ORDER]
    known = [REASON_ORDER.index(key) for key in keys if key in REASON_ORDER]
    if known != sorted(set(known)) or len(set(unknown)) != len(unknown):
        return f"the reasons {', '.join(keys)} are not in the published order"
    return None


ANSWERS: Final[tuple[Property, ...]] = (
    OfWhole(
        "remedy_named",
        "An answer names a way to a refund exactly where there is one, and a shortest.",
        None,
        _named,
    ),
    OfVisit(
        "answer_kept",
        "Whoever follows an answer to the letter, at its instant, has a request taken for the amount it announced.",
        None,
        _kept,
    ),
    OfVisit(
        "answer_reasoned",
        "An answer has no reasons exactly where a refund is available; reasons stand in the published order.",
        None,
        _reasons_given,
    ),
    OfStep(
        "refusal_reasoned",
        "Every refusal has at least one reason; reasons stand in the published order.",
        None,
        concerns.refusals,
        _refusal,
    ),
)
