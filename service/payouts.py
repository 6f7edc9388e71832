"""Refunds that are to be paid out: performed when due, and their end recorded."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from persistence import outbox
from service.batch import Batch
from service.clockwork import PORTION
from service.desk import Desk
from service.record import log_rows
from workflows.decision import EffectKind
from workflows.refunding import settled
from workflows.resource import Resource
from workflows.words import PAYMENT_PROVIDER, REFUNDING

UNKNOWN_PROVIDER_RETRY: Final = timedelta(hours=1)
log = structlog.get_logger("refundry.payouts")


def pay_due(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Pay out what is due at `now`. Returns how many payouts were due.

    A refund whose provider is not configured is put off, and said in the log; it stays in progress.
    """
    with desk.store.writing() as connection:
        waiting = outbox.due(connection, EffectKind.PAY, now, portion)
        batch = Batch.opened(desk, connection, sorted({effect.resource_id for effect in waiting}))
        performed: list[int] = []
        put_off: list[int] = []
        for effect in waiting:
            resource = batch.standings[effect.resource_id].resource
            if not _in_progress(resource, effect.payload["refund_id"]) or (
                resource is not None and _paid(desk, batch, resource, now)
            ):
                performed.append(effect.id)
            else:
                put_off.append(effect.id)
        outbox.done(connection, performed, now)
        outbox.put_off(connection, put_off, now + UNKNOWN_PROVIDER_RETRY)
        batch.write(now)
    log_rows(batch.rows)
    return len(waiting)


def _in_progress(resource: Resource | None, refund_id: str) -> bool:
    return resource is not None and resource.state == REFUNDING and _refund_id(resource) == refund_id


def _refund_id(resource: Resource) -> str | None:
    return None if resource.refund is None else resource.refund.id


def _paid(desk: Desk, batch: Batch, resource: Resource, now: datetime) -> bool:
    provider = desk.providers.get(resource.payment.provider)
    if provider is None or resource.refund is None:
        log.warning("provider_unknown", resource_id=resource.id, provider=resource.payment.provider)
        return False
    refund = resource.refund
    status = provider.pay_out(refund.id, resource.payment.reference, resource.money(refund.amount_minor))
    batch.decide(settled(desk.policy.engine(resource), resource, status, PAYMENT_PROVIDER, now), now)
    return True
