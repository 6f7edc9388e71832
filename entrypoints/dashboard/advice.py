"""What a reason for a refusal means in general, and what could have been done about it; by the reason's code."""

from dataclasses import dataclass
from typing import Final

from entrypoints.dashboard.wording import plainly


@dataclass(frozen=True, slots=True)
class Advice:
    """A reason in one sentence about many refusals, and what the customer, or somebody else, could have done."""

    sentence: str
    instead: str


ADVICE: Final = {
    "window_closed": Advice(
        "The refund window had closed.", "Ask before the deadline; the reminder goes out while there is time."
    ),
    "remedy_too_late": Advice(
        "It was revoked or reset after the deadline.",
        "Have the revocation completed, or reset it, before the deadline.",
    ),
    "arrived_too_late": Advice(
        "The request was dated in time but told too late.",
        "Nothing by the customer: another system was late. An account manager may override.",
    ),
    "promotion_excluded": Advice(
        "The promotion's terms exclude refunds.", "Nothing; the terms said so at the purchase."
    ),
    "combined_certificate": Advice(
        "It was requested as a combined certificate.", "Ask while the application is still being verified."
    ),
    "already_used": Advice("It had been used.", "Ask before it is used for the first time."),
    "quota_exhausted": Advice("Its whole quota was consumed.", "Ask while some of the quota remains."),
    "nothing_paid_in_cash": Advice("Nothing was paid in cash.", "Nothing; coupons are not refunded."),
    "nothing_to_refund": Advice(
        "What remained was worth less than the smallest unit.", "Ask while more of the quota remains."
    ),
    "must_cancel_application": Advice(
        "Its application was not cancelled first.", "Cancel the certificate application, then ask again."
    ),
    "must_revoke": Advice("It was not revoked first.", "Revoke the certificate before the deadline, then ask again."),
    "revocation_in_review": Advice(
        "Its revocation was not completed yet.", "Wait until the revocation is completed, then ask again."
    ),
    "must_reset": Advice("It was not reset first.", "Reset it before the deadline, then ask again."),
    "quota_consumed": Advice(
        "Part of its quota was consumed.", "Ask before anything is consumed; otherwise an account manager decides."
    ),
    "promotion_unknown": Advice(
        "No rules name its promotion.", "Nothing by the customer: the promotion's terms have to be loaded."
    ),
    "above_review_limit": Advice(
        "Its amount is above the limit of review.", "Nothing; this alone refuses nothing, a second person decides."
    ),
    "events_unresolved": Advice(
        "Some of its events were not resolved.", "Nothing by the customer: resolve its parked events and dead letters."
    ),
    "refund_in_progress": Advice("Its refund was in progress already.", "Nothing; the money is on its way."),
    "already_refunded": Advice("It had been refunded already.", "Nothing; the money was paid back."),
    "reset_not_confirmed": Advice(
        "The deletion of its data was not confirmed.", "Confirm that the reset deletes all data, and reset it again."
    ),
}


def advice_of(code: str) -> Advice:
    """The advice for a code; for one that has none of its own, the code in words."""
    return ADVICE.get(code) or Advice(f"{plainly(code)}.", "Each refusal says what it was decided on.")
