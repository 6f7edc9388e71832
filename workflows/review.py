"""The account manager's word on a refund in review: a second person's, reasoned, for the amount it was given for."""

from datetime import datetime
from enum import StrEnum

from workflows.decision import Decision
from workflows.machine import Engine
from workflows.resource import Refund, Resource
from workflows.settling import Word, refund_moved
from workflows.words import REFUND_APPROVED, REFUND_DECLINED, RefundStatus


class Objection(StrEnum):
    """Why a word on a refund does not count."""

    NOT_IN_REVIEW = "not_in_review"
    AMOUNT_CHANGED = "amount_changed"
    SAME_PERSON = "same_person"
    REASON_REQUIRED = "reason_required"


class ReviewError(ValueError):
    """The word does not count; the message says why, and what would."""

    def __init__(self, objection: Objection, message: str) -> None:
        super().__init__(message)
        self.objection = objection


def objection(refund: Refund, actor: str) -> ReviewError | None:
    """Why this person's word on a refund would not count, whatever it were; None where it would."""
    if refund.status != RefundStatus.IN_REVIEW:
        return ReviewError(Objection.NOT_IN_REVIEW, f"the refund is no longer in review: it is {refund.status}")
    if actor == refund.requested_by:
        return ReviewError(Objection.SAME_PERSON, f"{actor} asked for this refund; a second person decides")
    return None


def reviewed(
    engine: Engine,
    resource: Resource,
    refund_id: str,
    actor: str,
    now: datetime,
    *,
    approve: bool,
    reason: str | None,
    amount_minor: int | None = None,
) -> Decision:
    """The decision of a second person on a refund in review. `amount_minor` binds an approval to the amount seen.

    Raises ReviewError where the refund is no longer in review, its amount has changed, the one who decides is the one
    who asked, or a decline has no reason.
    """
    refund = resource.refund
    if refund is None or refund.id != refund_id:
        raise ReviewError(Objection.NOT_IN_REVIEW, "the refund is no longer in review: it is another refund's turn")
    standing = objection(refund, actor)
    if standing is not None:
        raise standing
    if not approve and not reason:
        raise ReviewError(Objection.REASON_REQUIRED, "declining needs a reason")
    if approve and amount_minor is not None and amount_minor != refund.amount_minor:
        now_worth = resource.money(refund.amount_minor).to_json()
        raise ReviewError(
            Objection.AMOUNT_CHANGED,
            f"the amount has changed to {now_worth['value']} {now_worth['currency']}; look at it again",
        )
    word = Word(REFUND_APPROVED if approve else REFUND_DECLINED, actor, now, {"reason": reason} if reason else {})
    return refund_moved(engine, resource, word, decided_by=actor, note=reason)
