"""Reasons: a stable code, one human sentence, and the facts it was decided on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from workflows.values import Value, field


class Kind(StrEnum):
    """What a reason does to the answer it stands in."""

    BLOCK = "block"  # no refund
    STEP = "step"  # a step of the remedy is missing
    REVIEW = "review"  # a person decides
    STATUS = "status"  # a refund is under way or done
    EVENT = "event"  # said of an event, never of a refund


@dataclass(frozen=True, slots=True)
class Code:
    """A reason's stable key, its place in lists of reasons, and its sentence (a `str.format` text over the facts)."""

    key: str
    kind: Kind
    rank: int
    sentence: str


class Reason(Value, frozen=True):
    """One rule that spoke, with the facts it spoke on."""

    code: Code
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.code.sentence.format_map(self.facts)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code.key, "message": self.message, "facts": dict(self.facts)}


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons in the published order of their codes."""
    return tuple(sorted(reasons, key=lambda reason: reason.code.rank))


WINDOW_CLOSED: Final = Code(
    "window_closed", Kind.BLOCK, 10, "The refund window closed at {deadline_at}; a refund had to be asked for before."
)
REMEDY_TOO_LATE: Final = Code(
    "remedy_too_late",
    Kind.BLOCK,
    20,
    "The resource had to be revoked or reset before {deadline_at}, and was not.",
)
ARRIVED_TOO_LATE: Final = Code(
    "arrived_too_late",
    Kind.BLOCK,
    30,
    "The request is dated in time but arrived at {arrived_at}; it was accepted until {accepted_until}.",
)
PROMOTION_EXCLUDED: Final = Code(
    "promotion_excluded", Kind.BLOCK, 40, "The terms of the promotion {promotion} exclude refunds."
)
COMBINED_CERTIFICATE: Final = Code(
    "combined_certificate",
    Kind.BLOCK,
    50,
    "A multi-domain certificate requested with Combine Certificates is not refunded.",
)
ALREADY_USED: Final = Code("already_used", Kind.BLOCK, 60, "It has been used, and is refunded only while unused.")
QUOTA_EXHAUSTED: Final = Code(
    "quota_exhausted", Kind.BLOCK, 70, "All {total} units are consumed ({used} told); nothing remains to refund."
)
NOTHING_PAID_IN_CASH: Final = Code(
    "nothing_paid_in_cash", Kind.BLOCK, 80, "Nothing was paid in cash, and coupons are not refunded."
)
NOTHING_TO_REFUND: Final = Code(
    "nothing_to_refund",
    Kind.BLOCK,
    90,
    "What remains, {remaining} of {total} units, is worth less than the smallest unit of {currency}.",
)
MUST_CANCEL_APPLICATION: Final = Code(
    "must_cancel_application", Kind.STEP, 100, "The certificate application must be cancelled first."
)
MUST_REVOKE: Final = Code("must_revoke", Kind.STEP, 110, "The certificate must be revoked first.")
REVOCATION_IN_REVIEW: Final = Code(
    "revocation_in_review", Kind.STEP, 120, "The revocation is under review and must be completed first."
)
MUST_RESET: Final = Code("must_reset", Kind.STEP, 130, "It must be reset first.")
QUOTA_CONSUMED: Final = Code(
    "quota_consumed",
    Kind.REVIEW,
    140,
    "{used} of {total} units are consumed; the account manager decides on the remaining balance.",
)
PROMOTION_UNKNOWN: Final = Code(
    "promotion_unknown", Kind.REVIEW, 150, "No rules name the promotion {promotion}; a person looks up its terms."
)
ABOVE_REVIEW_LIMIT: Final = Code(
    "above_review_limit",
    Kind.REVIEW,
    160,
    "{amount} {currency} is above the limit of {limit} {currency}; a second person decides.",
)
EVENTS_UNRESOLVED: Final = Code(
    "events_unresolved",
    Kind.REVIEW,
    170,
    "{count} event(s) of this resource do not fit its state yet; a person decides while they are open.",
)
REFUND_IN_PROGRESS: Final = Code("refund_in_progress", Kind.STATUS, 180, "A refund of this resource is in progress.")
ALREADY_REFUNDED: Final = Code("already_refunded", Kind.STATUS, 190, "This resource has been refunded.")

RESET_NOT_CONFIRMED: Final = Code(
    "reset_not_confirmed", Kind.EVENT, 200, "The reset deletes all data, and that was not confirmed."
)
ALREADY_PAID: Final = Code("already_paid", Kind.EVENT, 210, "{subject} has already been paid for.")
UNKNOWN_RESOURCE: Final = Code(
    "unknown_resource", Kind.EVENT, 220, "No payment is known for {subject}, so no refund can be asked for."
)
MALFORMED: Final = Code("malformed", Kind.EVENT, 230, "{problem}")
UNKNOWN_TYPE: Final = Code(
    "unknown_type", Kind.EVENT, 240, "{type} is no event type that Refundry knows; the workflows list those it takes."
)
RESERVED_TYPE: Final = Code("reserved_type", Kind.EVENT, 250, "Only Refundry itself says {type}.")
WRONG_PRODUCT: Final = Code(
    "wrong_product", Kind.EVENT, 260, "{type} is an event of {told_for}, but {subject} is a {product}."
)
TIME_AHEAD: Final = Code(
    "time_ahead", Kind.EVENT, 270, "time is {time}, more than {tolerance_minutes} minutes ahead of the clock at {now}."
)
ID_REUSED: Final = Code(
    "id_reused",
    Kind.EVENT,
    280,
    "The id {id} of source {source} is known with other content; each event needs its own.",
)
BAD_DATA: Final = Code("bad_data", Kind.EVENT, 290, "{problem}")
UNPROCESSABLE: Final = Code(
    "unprocessable", Kind.EVENT, 300, "The event could not be recorded ({problem}); nothing of it was kept."
)
EARLIER_DEFINITION: Final = Code(
    "earlier_definition", Kind.EVENT, 310, "Only an earlier definition could judge this: {problem}."
)

#: Every code there is, by its key.
CODES: Final = {code.key: code for code in tuple(vars().values()) if isinstance(code, Code)}
