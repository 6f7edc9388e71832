"""Money on its way out: taken up, sent, asked about, and settled.

Three steps, each committed before the next: the attempt is stored with its key, the provider is called outside any
transaction, its answer is stored with what follows from it. Whatever lies between two of them can be lost without
money being lost: an attempt without an answer is in doubt, and doubt is settled by asking, never by paying again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from persistence import attempts, outbox
from persistence.attempts import Attempt
from persistence.outbox import Claimed
from service import switches
from service.batch import Batch
from service.crash import point
from service.desk import Desk
from service.provider import Answer, Payout, Provider, Reply
from service.record import log_rows
from service.settlement import credit_balance, meant, settle, tell
from workflows.decision import EffectKind
from workflows.resource import Refund, Resource
from workflows.words import ACCOUNT_BALANCE, REFUND_IN_DOUBT, REFUND_SENT, RefundStatus

KINDS: Final = (EffectKind.PAY, EffectKind.ASK)
LEASE: Final = timedelta(minutes=5)
UNKNOWN_PROVIDER_RETRY: Final = timedelta(hours=1)
HELD_RETRY: Final = timedelta(hours=1)
UNDER_WAY: Final = frozenset({RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT})
log = structlog.get_logger("refundry.payouts")


@dataclass(frozen=True, slots=True)
class Call:
    """A call to a provider that is stored and about to be made."""

    attempt_id: int
    kind: str
    provider: Provider
    payout: Payout


def pay_due(desk: Desk, now: datetime, portion: int) -> int:
    """Take up what is due of money on its way, one refund at a time. Returns how much was taken up."""
    lease = uuid4().hex
    with desk.store.writing() as connection:
        claimed = outbox.claim(connection, KINDS, now, lease, now + LEASE, portion)
    point("claimed")
    for effect in claimed:
        perform(desk, effect, now)
    return len(claimed)


def perform(desk: Desk, effect: Claimed, now: datetime) -> None:
    """Do one thing with one refund: send its payout, or ask about it."""
    call = _begin(desk, effect, now)
    point("attempt_stored")
    if call is None:
        return
    answer = _called(call, now)
    point("provider_answered")
    _conclude(desk, effect, call, answer, now)
    point("answer_stored")


def _begin(desk: Desk, effect: Claimed, now: datetime) -> Call | None:
    """Store the attempt before it is made; None where there is nothing to call, or another has taken it over."""
    with desk.store.writing() as connection:
        batch = Batch.opened(desk, connection, [effect.resource_id])
        if not outbox.holds(connection, effect):
            log.warning("lease_lost", resource_id=effect.resource_id)
            return None
        call = _intent(desk, batch, effect, now)
        batch.write(now)
    log_rows(batch.rows)
    return call


def _intent(desk: Desk, batch: Batch, effect: Claimed, now: datetime) -> Call | None:
    resource = batch.standings[effect.resource_id].resource
    refund = None if resource is None else resource.refund
    if resource is None or refund is None or not _concerns(effect, refund):
        outbox.finish(batch.connection, effect, now)
        return None
    provider = desk.providers.get(resource.payment.provider)
    if effect.kind == EffectKind.PAY and _left_in_doubt(desk, batch, effect, resource, refund, now):
        return None
    if effect.kind == EffectKind.PAY and switches.holds(batch.connection, resource.payment):
        log.info("payout_held", resource_id=resource.id)
        outbox.put_off(batch.connection, effect, now + HELD_RETRY)
        return None
    if effect.kind == EffectKind.PAY and refund.destination == ACCOUNT_BALANCE:
        credit_balance(desk, batch, resource, now)
        outbox.finish(batch.connection, effect, now)
        return None
    if provider is None:
        log.warning("provider_unknown", resource_id=resource.id, provider=resource.payment.provider)
        outbox.put_off(batch.connection, effect, now + UNKNOWN_PROVIDER_RETRY)
        return None
    return _stored_call(desk, batch, effect, provider, now)


def _concerns(effect: Claimed, refund: Refund) -> bool:
    """Whether the effect still has something to do: the refund it names, under way, or paid and watched."""
    if refund.id != effect.payload["refund_id"]:
        return False
    watched = effect.kind == EffectKind.ASK and refund.status == RefundStatus.SUCCEEDED
    return watched or refund.status in UNDER_WAY


def _left_in_doubt(
    desk: Desk, batch: Batch, effect: Claimed, resource: Resource, refund: Refund, now: datetime
) -> bool:
    """An attempt that was begun and never answered may have paid: it is asked about, not sent again.

    So is a payout that the provider has spoken of by itself: it exists, whatever was answered when it was asked about.
    """
    begun = attempts.unanswered_send(batch.connection, refund.id, payout_key(refund))
    if begun is None:
        if not attempts.was_told_of(batch.connection, refund.id, payout_key(refund)):
            return False
        outbox.put_off(batch.connection, effect, desk.waits.after(effect.tries, now), EffectKind.ASK)
        return True
    attempts.answer(batch.connection, begun, Reply.NO_REPLY, {"error": "the process ended before an answer"}, now)
    if refund.status == RefundStatus.PROCESSING:
        tell(desk, batch, resource, REFUND_IN_DOUBT, now)
    outbox.put_off(batch.connection, effect, now, EffectKind.ASK)
    return True


def _stored_call(desk: Desk, batch: Batch, effect: Claimed, provider: Provider, now: datetime) -> Call:
    resource = batch.standings[effect.resource_id].resource
    assert resource is not None and resource.refund is not None
    sending = effect.kind == EffectKind.PAY
    if sending and resource.refund.status != RefundStatus.PROCESSING:
        resource = tell(desk, batch, resource, REFUND_SENT, now)
    refund = resource.refund
    assert refund is not None
    key, kind = payout_key(refund), "send" if sending else "ask"
    attempt = Attempt(refund.id, resource.id, kind, refund.destination, key, refund.amount_minor, now)
    payout = Payout(key, refund.id, resource.payment.reference, resource.money(refund.amount_minor))
    return Call(attempts.start(batch.connection, attempt), kind, provider, payout)


def payout_key(refund: Refund) -> str:
    """The idempotency key of a refund's payout: one per refund and destination, for ever the same."""
    return f"{refund.id}:{refund.destination}"


def _called(call: Call, now: datetime) -> Answer:
    try:
        make = call.provider.send if call.kind == "send" else call.provider.ask
        return make(call.payout, now)
    except Exception as error:
        log.exception("provider_call_failed", refund_id=call.payout.refund_id)
        return Answer(Reply.NO_REPLY, {"error": f"{type(error).__name__}: {error}"})


def _conclude(desk: Desk, effect: Claimed, call: Call, answer: Answer, now: datetime) -> None:
    """Store the answer with what follows from it; kept also where another has taken the effect over meanwhile."""
    with desk.store.writing() as connection:
        batch = Batch.opened(desk, connection, [effect.resource_id])
        answer = meant(batch, effect.resource_id, call.payout.refund_id, answer)
        attempts.answer(connection, call.attempt_id, answer.reply.value, answer.said, now)
        following = settle(desk, batch, effect.resource_id, call.payout.refund_id, answer, effect.tries, now)
        if following is None:
            outbox.finish(connection, effect, now)
        else:
            outbox.put_off(connection, effect, following.due_at, following.kind)
        batch.write(now)
    log_rows(batch.rows)
