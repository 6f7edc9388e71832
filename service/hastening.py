"""Having a refund that is under way taken up at once, instead of when its turn would come."""

import structlog

from persistence import outbox
from service import refunds
from service.desk import Desk
from service.payouts import KINDS, UNDER_WAY
from service.refunds import RefundView

log = structlog.get_logger("refundry.payouts")


class NothingToHastenError(ValueError):
    """Nothing about the refund was put off."""


def hasten(desk: Desk, refund_id: str, actor: str) -> RefundView:
    """Have a payout that was put off tried, or a doubt asked about, at the next sweep.

    It goes the way that it would go anyway, only sooner: under its own key, and a doubt is never sent again unasked.
    Raises NotFoundError, or NothingToHastenError where nothing of it was put off.
    """
    with desk.store.writing() as connection:
        listed = refunds.found(connection, refund_id)
        under_way = listed.refund.status in UNDER_WAY
        if not under_way or not outbox.hasten_of(connection, listed.resource_id, KINDS, desk.clock.now()):
            raise NothingToHastenError(
                f"the refund is {listed.refund.status} and nothing about it was put off; "
                "what is due is taken up by itself"
            )
    log.info("refund_hastened", refund_id=refund_id, actor=actor)
    return refunds.view(desk, refund_id)
