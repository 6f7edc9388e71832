"""The refund's own machine: one attempt to give money back, from the asking to the end.

It stands beside the resource's: while a refund is under way its resource is `refunding`, and each of its events is a
row in the history of that resource.
"""

from typing import Final

from workflows.definition import Arc, Lifecycle
from workflows.machine import Engine
from workflows.words import (
    ACCOUNT_MANAGER,
    PAYMENT_PROVIDER,
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_FAILED,
    REFUND_IN_DOUBT,
    REFUND_OVERRIDE,
    REFUND_REDIRECTED,
    REFUND_REQUESTED,
    REFUND_REVERSED,
    REFUND_SENT,
    REFUND_SUCCEEDED,
    REFUNDRY,
    RefundStatus,
)

#: Who asked for a refund has no word on it; whoever else has, and Refundry where nothing is left, is a second person.
SECOND_PERSON: Final = "by a second person"
_REVIEWED: Final = RefundStatus.IN_REVIEW
_APPROVED: Final = RefundStatus.APPROVED
_PROCESSING: Final = RefundStatus.PROCESSING
_IN_DOUBT: Final = RefundStatus.IN_DOUBT
_SUCCEEDED: Final = RefundStatus.SUCCEEDED
_OUTSIDE: Final = (_PROCESSING, _IN_DOUBT)

REFUND: Final = Lifecycle(
    key="refund",
    title="Refund",
    starts={_PROCESSING: REFUND_REQUESTED, _REVIEWED: f"{REFUND_REQUESTED}, {REFUND_OVERRIDE}"},
    arcs=(
        Arc(REFUND_APPROVED, (_REVIEWED,), _APPROVED, ACCOUNT_MANAGER, condition=SECOND_PERSON),
        Arc(REFUND_DECLINED, (_REVIEWED,), RefundStatus.DECLINED, ACCOUNT_MANAGER, condition=SECOND_PERSON),
        Arc(REFUND_SENT, (_APPROVED, _IN_DOUBT), _PROCESSING, REFUNDRY),
        Arc(REFUND_IN_DOUBT, (_PROCESSING,), _IN_DOUBT, REFUNDRY),
        Arc(REFUND_REDIRECTED, _OUTSIDE, _PROCESSING, PAYMENT_PROVIDER),
        Arc(REFUND_SUCCEEDED, _OUTSIDE, _SUCCEEDED, PAYMENT_PROVIDER),
        Arc(REFUND_FAILED, _OUTSIDE, RefundStatus.FAILED, PAYMENT_PROVIDER),
        Arc(REFUND_REVERSED, (_SUCCEEDED,), RefundStatus.REVERSED, PAYMENT_PROVIDER),
    ),
    finals=frozenset({RefundStatus.DECLINED, RefundStatus.FAILED, _SUCCEEDED, RefundStatus.REVERSED}),
)
ENGINE: Final = Engine(REFUND)
