"""What waits, for whom and since when: counted from partial indexes, which hold nothing but what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, FromClause, bindparam, case, func, select

from persistence.attempts import ATTEMPT
from persistence.deliveries import DEAD as GIVEN_UP
from persistence.deliveries import DELIVERY
from persistence.deliveries import WAITING as UNTOLD
from persistence.hooks import HOOK
from persistence.inbox import DEAD, INBOX
from persistence.outbox import OUTBOX
from persistence.resources import REFUND
from persistence.tallies import DELTA
from workflows.decision import EffectKind
from workflows.words import Outcome, RefundStatus

PARKED: Final = Outcome.PARKED.value


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and the instant that belongs to the first of them; None where there is none.

    `long` of them have waited since the instant that was asked about, or before it; where none was, that is 0.
    """

    number: int
    first: datetime | None
    long: int = 0


@dataclass(frozen=True, slots=True)
class Hooks:
    """Subscriptions that work, that have failed since their last success, and that are switched off."""

    working: int
    failing: int
    disabled: int
    failing_since: datetime | None


def events(connection: Connection, outcome: str, long_since: datetime | None = None) -> Queue:
    """Events that nobody has resolved, `parked` or `dead`, from the first to arrive."""
    if outcome not in (PARKED, DEAD):
        raise ValueError(f"events wait as {PARKED} or {DEAD}, not as {outcome}")
    written: BindParameter[str] = bindparam(
        "outcome", outcome, literal_execute=True
    )  # so that SQLite need not look past the index
    return _queue(connection, INBOX, INBOX.c.arrived_at, INBOX.c.outcome == written, long_since=long_since)


def reviews(connection: Connection) -> Queue:
    """Refunds that a person has to decide on, from the first that was asked for."""
    return _queue(connection, REFUND, REFUND.c.requested_at, REFUND.c.status == RefundStatus.IN_REVIEW.value)


def doubts(connection: Connection, long_since: datetime | None = None) -> Queue:
    """Refunds of which nobody knows whether they were paid, from the first whose last payout was begun."""
    begun = (
        select(func.max(ATTEMPT.c.started_at))
        .where(ATTEMPT.c.refund_id == REFUND.c.id, ATTEMPT.c.kind == "send")
        .scalar_subquery()
    )
    since = func.coalesce(begun, REFUND.c.requested_at, type_=REFUND.c.requested_at.type)
    return _queue(connection, REFUND, since, REFUND.c.status == RefundStatus.IN_DOUBT.value, long_since=long_since)


def payouts(connection: Connection, long_since: datetime | None = None) -> Queue:
    """Payouts that are not sent yet, from the first to fall due; one under way falls due when its lease ends."""
    held_until = case((OUTBOX.c.leased_until > OUTBOX.c.due_at, OUTBOX.c.leased_until), else_=OUTBOX.c.due_at)
    unsent = (OUTBOX.c.kind == EffectKind.PAY.value, OUTBOX.c.done_at.is_(None))
    return _queue(connection, OUTBOX, held_until, *unsent, long_since=long_since)


def tellings(connection: Connection) -> Queue:
    """Deliveries that no subscriber has taken yet, of hooks that are switched on, from the first to fall due."""
    joined = DELIVERY.join(HOOK, DELIVERY.c.hook_id == HOOK.c.id)
    return _queue(connection, joined, DELIVERY.c.due_at, DELIVERY.c.status == UNTOLD, HOOK.c.enabled)


def given_up(connection: Connection, since: datetime) -> Queue:
    """Deliveries given up since a moment that nobody has sent again, from the first."""
    lately = (DELIVERY.c.status == GIVEN_UP, DELIVERY.c.finished_at >= since)
    return _queue(connection, DELIVERY, DELIVERY.c.finished_at, *lately)


def hooks(connection: Connection) -> Hooks:
    """How the subscriptions stand."""
    rows = connection.execute(select(HOOK.c.enabled, HOOK.c.failing_since)).all()
    failing = [row.failing_since for row in rows if row.enabled and row.failing_since is not None]
    disabled = sum(not row.enabled for row in rows)
    return Hooks(len(rows) - disabled - len(failing), len(failing), disabled, min(failing, default=None))


def unfolded(connection: Connection) -> int:
    """Differences that are not put into the running sums yet."""
    return int(connection.execute(select(func.count()).select_from(DELTA)).scalar_one())


def _queue(
    connection: Connection, source: FromClause, moment: Any, *conditions: Any, long_since: datetime | None = None
) -> Queue:
    columns = [func.count(), func.min(moment)]
    if long_since is not None:
        columns.append(func.coalesce(func.sum(case((moment <= long_since, 1), else_=0)), 0))
    number, first, *long = connection.execute(select(*columns).select_from(source).where(*conditions)).one()
    return Queue(number, first, *map(int, long))
