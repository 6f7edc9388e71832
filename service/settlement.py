"""What a provider's answer does to a refund, and what is to be done next. A lower word never sets a higher one back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import structlog

from persistence.ledger import Credit
from service.batch import Batch
from service.desk import Desk
from service.provider import Answer, Reply
from workflows.decision import EffectKind
from workflows.resource import Resource
from workflows.settling import Word, refund_moved
from workflows.words import (
    ACCOUNT_BALANCE,
    PAYMENT_PROVIDER,
    REFUND_FAILED,
    REFUND_IN_DOUBT,
    REFUND_REDIRECTED,
    REFUND_REVERSED,
    REFUND_SENT,
    REFUND_SUCCEEDED,
    RefundStatus,
)

OUTSIDE: Final = frozenset({RefundStatus.PROCESSING, RefundStatus.IN_DOUBT})
#: What says again what a refund that is over was told before.
NO_NEWS: Final = {
    RefundStatus.FAILED: frozenset({Reply.REFUSED, Reply.METHOD_GONE}),
    RefundStatus.REVERSED: frozenset({Reply.TAKEN_BACK, Reply.REFUSED, Reply.METHOD_GONE}),
}
log = structlog.get_logger("refundry.payouts")


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be done next about a refund, and when."""

    kind: EffectKind
    due_at: datetime


def meant(batch: Batch, resource_id: str, refund_id: str, answer: Answer) -> Answer:
    """The answer as it is meant to whoever holds the refund to be paid: a payout undone since has been taken back."""
    resource = batch.standings[resource_id].resource
    refund = None if resource is None else resource.refund
    if refund is None or refund.id != refund_id or refund.destination == ACCOUNT_BALANCE or not answer.undone:
        return answer
    return replace(answer, reply=Reply.TAKEN_BACK) if refund.status == RefundStatus.SUCCEEDED else answer


def settle(
    desk: Desk, batch: Batch, resource_id: str, refund_id: str, answer: Answer, tries: int, now: datetime
) -> Following | None:
    """Take in an answer about a refund. None where nothing remains to be done; `tries` chooses the next wait."""
    resource = batch.standings[resource_id].resource
    if resource is None or resource.refund is None or resource.refund.id != refund_id:
        log.error("answer_about_past_refund", refund_id=refund_id, reply=answer.reply.value)
        return None
    if resource.refund.status == RefundStatus.SUCCEEDED:
        return _watched(desk, batch, resource, answer, tries, now)
    if resource.refund.status not in OUTSIDE:
        if answer.reply not in NO_NEWS.get(resource.refund.status, ()):
            status = resource.refund.status.value
            log.error("answer_contradicts", refund_id=refund_id, status=status, reply=answer.reply.value)
        return None
    return _under_way(desk, batch, resource, answer, tries, now)


def _under_way(
    desk: Desk, batch: Batch, resource: Resource, answer: Answer, tries: int, now: datetime
) -> Following | None:
    in_doubt = resource.refund is not None and resource.refund.status == RefundStatus.IN_DOUBT
    match answer.reply:
        case Reply.PAID:
            tell(desk, batch, resource, REFUND_SUCCEEDED, now)
            return None if answer.ask_at is None else Following(EffectKind.ASK, answer.ask_at)
        case Reply.REFUSED:
            tell(desk, batch, resource, REFUND_FAILED, now)
            return None
        case Reply.METHOD_GONE:
            gone = tell(desk, batch, resource, REFUND_REDIRECTED, now, destination=ACCOUNT_BALANCE)
            credit_balance(desk, batch, gone, now)
            return None
        case Reply.TAKEN_BACK:
            paid = tell(desk, batch, resource, REFUND_SUCCEEDED, now)
            return _watched(desk, batch, paid, answer, tries, now)
        case Reply.PENDING:
            if in_doubt:
                tell(desk, batch, resource, REFUND_SENT, now, by=PAYMENT_PROVIDER)
            return Following(EffectKind.ASK, answer.ask_at or desk.waits.after(tries, now))
        case Reply.NOT_KNOWN:
            return Following(EffectKind.PAY, now)
        case Reply.NO_REPLY:
            if not in_doubt:
                tell(desk, batch, resource, REFUND_IN_DOUBT, now)
            return Following(EffectKind.ASK, desk.waits.after(tries, now))


def _watched(
    desk: Desk, batch: Batch, resource: Resource, answer: Answer, tries: int, now: datetime
) -> Following | None:
    """A refund that was paid: only its coming back changes anything, and not where the balance was what was paid."""
    if resource.refund is not None and resource.refund.destination == ACCOUNT_BALANCE:
        log.warning("answer_about_past_payout", refund_id=resource.refund.id, reply=answer.reply.value)
        return None
    if answer.reply == Reply.TAKEN_BACK:
        reversed_ = tell(desk, batch, resource, REFUND_REVERSED, now, destination=ACCOUNT_BALANCE)
        _credit(batch, reversed_, now)
        return None
    if answer.reply == Reply.NO_REPLY:
        return Following(EffectKind.ASK, desk.waits.after(tries, now))
    return None if answer.ask_at is None else Following(EffectKind.ASK, answer.ask_at)


def credit_balance(desk: Desk, batch: Batch, resource: Resource, now: datetime) -> None:
    """Pay a refund into the account's balance: the credit and the refund's success are one transaction."""
    if resource.refund is not None and resource.refund.status != RefundStatus.PROCESSING:
        resource = tell(desk, batch, resource, REFUND_SENT, now)
    _credit(batch, resource, now)
    tell(desk, batch, resource, REFUND_SUCCEEDED, now)


def _credit(batch: Batch, resource: Resource, now: datetime) -> None:
    refund = resource.refund
    assert refund is not None
    batch.credits.append(
        Credit(
            key=f"{refund.id}:{ACCOUNT_BALANCE}",
            account_id=resource.payment.account_id,
            resource_id=resource.id,
            refund_id=refund.id,
            currency=resource.payment.currency,
            amount_minor=refund.amount_minor,
            credited_at=now,
        )
    )


def tell(
    desk: Desk,
    batch: Batch,
    resource: Resource,
    event: str,
    now: datetime,
    by: str = PAYMENT_PROVIDER,
    data: Mapping[str, Any] | None = None,
    **changed: Any,
) -> Resource:
    """Say a word about a resource's refund within a batch; returns the resource as that word left it."""
    decision = refund_moved(desk.policy.engine(resource), resource, Word(event, by, now, data or {}), **changed)
    batch.decide(decision, now)
    assert decision.resource is not None
    return decision.resource
