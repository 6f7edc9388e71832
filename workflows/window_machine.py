"""The window's own machine: the region beside a resource's lifecycle in which a refund may be asked for.

Its state is never stored. `workflows.window.window_at` tells it from the deadline, the claim and the instant asked
about; this machine is how the same three states follow one another as history is recorded.
"""

from typing import Final

from workflows.definition import ELIGIBLE, WITHIN_LIMIT, Arc, Lifecycle
from workflows.words import (
    ACCOUNT_MANAGER,
    CUSTOMER,
    ORDER_PAID,
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    REFUNDRY,
    WINDOW_EXPIRED,
    Window,
)

WINDOW: Final = Lifecycle(
    key="window",
    title="Refund window",
    starts={Window.OPEN: ORDER_PAID},
    arcs=(
        # From closed: a claim was given back after the deadline, and a request dated before it is told in time.
        Arc(REFUND_REQUESTED, (Window.OPEN, Window.CLOSED), Window.CLAIMED, CUSTOMER, condition=ELIGIBLE),
        Arc(REFUND_OVERRIDE, (Window.OPEN, Window.CLOSED), Window.CLAIMED, ACCOUNT_MANAGER, condition=WITHIN_LIMIT),
        Arc(REFUND_DECLINED, (Window.CLAIMED,), Window.OPEN, ACCOUNT_MANAGER, condition="before the deadline"),
        Arc(REFUND_DECLINED, (Window.CLAIMED,), Window.CLOSED, ACCOUNT_MANAGER, condition="from the deadline on"),
        Arc(WINDOW_EXPIRED, (Window.OPEN,), Window.CLOSED, REFUNDRY),
    ),
    finals=frozenset({Window.CLOSED, Window.CLAIMED}),
)
