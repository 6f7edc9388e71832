"""Where a person decides."""

from typing import Final

from workflows.decision import EffectKind
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import OfStep, Property
from workflows.proof.steps import Step
from workflows.words import RefundStatus

SENDING: Final = frozenset({RefundStatus.APPROVED, RefundStatus.PROCESSING})


def _second_person(step: Step) -> str | None:
    refund = step.before.refund
    if refund is not None and step.actor == refund.requested_by:
        return f"{step.actor} asked for the refund and decided on it"
    return None


def _decided(step: Step) -> str | None:
    refund = step.after.refund
    assert refund is not None
    why = _why(step)
    if why and refund.status != RefundStatus.IN_REVIEW:
        return f"a request was taken and is {refund.status} without review, though {why}"
    if not why and refund.status != RefundStatus.PROCESSING:
        return f"a request was taken and is {refund.status}, though nothing calls for a person"
    return None


def _why(step: Step) -> str:
    """What calls for a person; empty where nothing does."""
    start, refund = step.start, step.after.refund
    assert refund is not None
    limit = start.rules.review_above.get(start.currency)
    if refund.partial:
        return "some of it is consumed"
    if start.promotion is not None and start.promotion not in start.rules.promotions:
        return "nobody knows the promotion"
    if limit is not None and refund.amount_minor > limit:
        return "it is above the limit"
    return "events wait" if step.unresolved else ""


def _override_reviewed(step: Step) -> str | None:
    refund = step.after.refund
    assert refund is not None
    return None if refund.status == RefundStatus.IN_REVIEW else f"an override is {refund.status} at once"


def _sent_when_decided(step: Step) -> str | None:
    refund = step.after.refund
    if not any(effect.kind == EffectKind.PAY for effect in step.effects):
        return None
    if refund is None or refund.status not in SENDING:
        return f"a payout was set going for a refund that is {None if refund is None else refund.status}"
    return None


PEOPLE: Final[tuple[Property, ...]] = (
    OfStep(
        "second_person",
        "Whoever asked for a refund never decides on it.",
        None,
        concerns.words_of_reviewers,
        _second_person,
    ),
    OfStep(
        "person_decides",
        "A request goes to a person exactly where some of the thing is consumed, the promotion is unknown, the amount"
        " is above the limit, or events wait.",
        "HTTPS Acceleration Gateway: contact your account manager",
        concerns.requests_taken,
        _decided,
    ),
    OfStep(
        "override_reviewed",
        "An override always waits for a second person.",
        None,
        concerns.overrides_taken,
        _override_reviewed,
    ),
    OfStep(
        "sent_when_decided",
        "No payout is set going for a refund that nobody decided on.",
        None,
        concerns.every_step,
        _sent_when_decided,
    ),
)
