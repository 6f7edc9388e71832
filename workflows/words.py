"""The words that every machine shares: state keys, actors, outcomes, and the events Refundry itself says."""

from enum import StrEnum
from typing import Final

PENDING: Final = "pending"
VERIFYING: Final = "verifying"
VALIDATION_FAILED: Final = "validation_failed"
ISSUED: Final = "issued"
REVOKING: Final = "revoking"
REVOKED: Final = "revoked"
RESET: Final = "reset"
REFUNDING: Final = "refunding"
REFUNDED: Final = "refunded"

STATES: Final = (
    PENDING,
    VERIFYING,
    VALIDATION_FAILED,
    ISSUED,
    REVOKING,
    REVOKED,
    RESET,
    REFUNDING,
    REFUNDED,
)

CUSTOMER: Final = "customer"
CERTIFICATE_AUTHORITY: Final = "certificate_authority"
METERING: Final = "metering"
PAYMENT_PROVIDER: Final = "payment_provider"
ACCOUNT_MANAGER: Final = "account_manager"
REFUNDRY: Final = "refundry"

ORDER_PAID: Final = "order.paid"
REFUND_REQUESTED: Final = "refund.requested"
REFUND_OVERRIDE: Final = "refund.override_requested"
REFUND_SUCCEEDED: Final = "refund.succeeded"
REFUND_FAILED: Final = "refund.failed"
REFUND_DECLINED: Final = "refund.declined"
REFUND_APPROVED: Final = "refund.approved"
REFUND_SENT: Final = "refund.sent"
REFUND_IN_DOUBT: Final = "refund.in_doubt"
REFUND_REDIRECTED: Final = "refund.redirected"
REFUND_REVERSED: Final = "refund.reversed"
REVIEW_OVERDUE: Final = "refund.review_overdue"
ACTION_REQUESTED: Final = "action.requested"
WINDOW_CLOSING: Final = "refund_window.closing"
WINDOW_EXPIRED: Final = "refund_window.expired"
DEFINITION_MIGRATED: Final = "definition.migrated"

#: Every type under these prefixes is Refundry's own to say, but for the request; told from outside it is rejected.
OWN_PREFIXES: Final = ("refund.", "refund_window.", "definition.")

ORIGINAL_PAYMENT_METHOD: Final = "original_payment_method"
ACCOUNT_BALANCE: Final = "account_balance"


class Outcome(StrEnum):
    """What became of an event that was told."""

    APPLIED = "applied"
    PARKED = "parked"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Availability(StrEnum):
    """Whether a refund may be asked for now, and if not, what stands between."""

    AVAILABLE = "available"
    ACTION_REQUIRED = "action_required"
    REVIEW_REQUIRED = "review_required"
    IN_PROGRESS = "in_progress"
    REFUNDED = "refunded"
    UNAVAILABLE = "unavailable"


class Window(StrEnum):
    """The time in which a refund may be asked for, as seen at one instant."""

    OPEN = "open"
    CLOSED = "closed"
    CLAIMED = "claimed"


class RefundStatus(StrEnum):
    """Where one attempt to give money back stands."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DECLINED = "declined"
    PROCESSING = "processing"
    IN_DOUBT = "in_doubt"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"
