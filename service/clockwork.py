"""What the passing of time asks for: each a bounded portion of work, as of a given instant."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from persistence import due, outbox, tallies
from service.batch import Batch
from service.desk import Desk
from service.record import log_rows
from workflows import lapse
from workflows.decision import EffectKind
from workflows.eligibility import answer
from workflows.intake import PARKED_FOR
from workflows.settling import overdue
from workflows.words import REFUNDED, REFUNDING

PORTION: Final = 500
FOLDED_AT_ONCE: Final = 5000
REVIEW_AGAIN: Final = timedelta(days=1)


def next_due(desk: Desk, *, telling: bool = True) -> datetime | None:
    """The instant at which the next thing falls due; it may have passed. None if nothing ever will.

    Without `telling`, words to subscribers are left out.
    """
    with desk.store.reading() as connection:
        return due.earliest(connection, telling=telling)


def fold_tallies(desk: Desk, now: datetime, portion: int = FOLDED_AT_ONCE) -> int:
    """Put what transactions have counted into the running sums. Returns how many differences there were."""
    with desk.store.writing() as connection:
        return tallies.fold(connection, now, portion)


def expire_windows(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Record the end of windows whose late arrivals are out of the question too. Returns how many were due."""
    with desk.store.writing() as connection:
        ids = due.expiries(connection, now, portion)
        batch = Batch.opened(desk, connection, sorted(ids))
        for resource_id in ids:
            resource = batch.standings[resource_id].resource
            if resource is not None and lapse.expiry_due(resource) is not None:
                batch.decide(lapse.expired(resource, desk.policy.product(resource).definition_hash, now), now)
        batch.write(now)
    log_rows(batch.rows)
    return len(ids)


def remind(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Tell subscribers of windows about to close where a refund is still possible. Returns how many were due."""
    with desk.store.writing() as connection:
        ids = due.reminders(connection, now, portion)
        batch = Batch.opened(desk, connection, sorted(ids))
        for resource_id in ids:
            standing = batch.standings[resource_id]
            resource = standing.resource
            if resource is None or resource.state in (REFUNDING, REFUNDED):
                continue
            found = answer(desk.policy.case(resource, now, standing.unresolved))
            effect = lapse.reminder(resource, found.availability, now)
            if effect is not None:
                batch.effects.append(effect)
        due.reminded(connection, ids)
        batch.write(now)
    return len(ids)


def remind_reviews(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Say again of every refund that still waits for review that it does. Returns how many were looked at."""
    with desk.store.writing() as connection:
        claimed = outbox.claim(connection, [EffectKind.REVIEW], now, uuid4().hex, now + REVIEW_AGAIN, portion)
        batch = Batch.opened(desk, connection, sorted({effect.resource_id for effect in claimed}))
        for effect in claimed:
            resource = batch.standings[effect.resource_id].resource
            same = (
                resource is not None
                and resource.refund is not None
                and (resource.refund.id == effect.payload["refund_id"])
            )
            word = overdue(resource, now) if resource is not None and same else None
            if word is None:
                outbox.finish(connection, effect, now)
            else:
                batch.effects.append(word)
                outbox.put_off(connection, effect, now + REVIEW_AGAIN)
        batch.write(now)
    return len(claimed)


def bury_parked(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Make dead letters of events parked for 24 hours. Returns for how many subjects that changed anything."""
    return _retry_parked(desk, now, now - PARKED_FOR, portion)


def retry_parked(desk: Desk, now: datetime, portion: int = PORTION) -> int:
    """Try parked events again, so that none waits for a word that has come. Returns how many subjects changed."""
    return _retry_parked(desk, now, now, portion)


def _retry_parked(desk: Desk, now: datetime, arrived_until: datetime, portion: int) -> int:
    with desk.store.writing() as connection:
        subjects = sorted(due.parked(connection, arrived_until, portion))
        batch = Batch.opened(desk, connection, subjects)
        changed = sum(batch.retry(subject, now) for subject in subjects)
        batch.write(now)
    log_rows(batch.rows)
    return changed
