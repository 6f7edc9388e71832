"""What a payment provider says by itself about a payout: taken in as an answer, through the same door as any other.

A notice may come late, twice, out of order, and before our own call has returned. It is stored as an attempt of kind
`told`, once per notice, in one transaction with what follows from it; what it says to a refund that is further already
is kept and changes nothing. The call that it overtook finds the refund settled when it returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from persistence import attempts, refunds
from persistence.attempts import Attempt
from persistence.refunds import Listed
from persistence.store import Connection
from service.batch import Batch
from service.desk import Desk
from service.payouts import payout_key
from service.provider import Announcer, Notice, NotListeningError
from service.record import log_rows
from service.settlement import meant, settle
from workflows.events import unstorable
from workflows.words import ACCOUNT_BALANCE

log = structlog.get_logger("refundry.payouts")


class UnknownRefundError(LookupError):
    """The notice is about a refund that is not known here; it may come again."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice that was taken in; `before` where it had been already."""

    refund_id: str
    reply: str
    before: bool


def hear(desk: Desk, provider: str, message: bytes, headers: Mapping[str, str]) -> list[Taken]:
    """Take in a provider's message. Header names are in lower case.

    One notice that is about an unknown refund keeps none of the others back. Raises NotListeningError,
    BadNoticeError, UnclearNoticeError, and UnknownRefundError after all.
    """
    announcer = desk.providers.get(provider)
    if not isinstance(announcer, Announcer):
        raise NotListeningError(f"nothing is heard from provider {provider[:80]!r}")
    notices = announcer.heard(message, headers, desk.clock.now())
    taken = [(notice, _take_in(desk, provider, notice)) for notice in notices]
    for notice, found in taken:
        if found is None:
            log.warning("notice_about_unknown_refund", provider=provider, notice=notice.id, refund_id=notice.refund_id)
            raise UnknownRefundError(f"there is no refund {notice.refund_id[:80]!r} paid by {provider} here")
    return [found for _, found in taken if found is not None]


def _take_in(desk: Desk, provider: str, notice: Notice) -> Taken | None:
    with desk.store.writing() as connection:
        nameless = unstorable([notice.id, notice.refund_id, notice.key])
        listed = None if nameless else refunds.find(connection, notice.refund_id)
        if listed is None:
            return None
        batch = Batch.opened(desk, connection, [listed.resource_id])
        resource = batch.standings[listed.resource_id].resource
        if resource is None or resource.payment.provider != provider:
            return None
        taken = _keep(desk, batch, notice, listed, desk.clock.now())
    log_rows(batch.rows)
    return taken


def _keep(desk: Desk, batch: Batch, notice: Notice, listed: Listed, now: datetime) -> Taken:
    """Store the notice with what follows from it, unless it has been."""
    connection, refund_id = batch.connection, notice.refund_id
    answer = meant(batch, listed.resource_id, refund_id, notice.answer)
    taken = Taken(refund_id, answer.reply.value, before=_has_come(connection, notice))
    if taken.before:
        return taken
    present = batch.standings[listed.resource_id].resource
    refund = listed.refund
    if present is not None and present.refund is not None and present.refund.id == refund_id:
        refund = present.refund  # as it stands under the lock
    attempt = Attempt(
        refund_id=refund_id,
        resource_id=listed.resource_id,
        kind="told",
        destination=refund.destination,
        key=notice.key,
        amount_minor=refund.amount_minor,
        started_at=now,
        answered_at=now,
        reply=answer.reply.value,
        said={**answer.said, "notice": notice.id},
    )
    attempts.start(connection, attempt)
    if notice.key != payout_key(refund) or refund.destination == ACCOUNT_BALANCE:
        log.info("notice_about_past_payout", refund_id=refund_id, reply=answer.reply.value)
        return taken
    settle(desk, batch, listed.resource_id, refund_id, answer, 1, now)
    batch.write(now)
    return taken


def _has_come(connection: Connection, notice: Notice) -> bool:
    made = attempts.of_refunds(connection, [notice.refund_id])[notice.refund_id]
    return any(one.kind == "told" and (one.said or {}).get("notice") == notice.id for one in made)
