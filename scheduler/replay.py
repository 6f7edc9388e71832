"""Replay: each event arrives at its own time, and what falls due in between is done on the way."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from scheduler.sweeps import sweep_until
from service.batch import Result
from service.clock import SetClock
from service.clockwork import next_due
from service.desk import Desk
from service.ingest import Message, ingest
from workflows.instants import parse_instant
from workflows.words import ORDER_PAID, REFUND_REQUESTED

LARGEST_BATCH: Final = 500
#: No parked event dies, and no window of a payment made meanwhile ends, within this time of its arrival.
CALM: Final = timedelta(hours=12)


def replay(desk: Desk, clock: SetClock, messages: Iterable[Any], no_later_than: datetime) -> Iterator[list[Result]]:
    """Ingest messages in their order, each arriving at its `time`, or at the clock's where that is later.

    The clock follows no event past `no_later_than`; one dated further ahead is rejected for it. Yields the results
    batch by batch. Events between which nothing can fall due share a transaction.
    """
    batch: list[Message] = []
    latest = horizon = clock.now()
    for attributes in messages:
        moment = own_time(attributes)
        if moment is not None and moment <= no_later_than:
            latest = max(latest, moment)
        if batch and (len(batch) >= LARGEST_BATCH or latest >= horizon):
            yield _told(desk, clock, batch)
            batch = []
        if not batch:
            sweep_until(desk, clock, latest)
            horizon = _horizon(desk, latest)
        batch.append(Message(attributes, latest))
        if _sets_something_going(attributes, latest):
            horizon = latest
    if batch:
        yield _told(desk, clock, batch)


def _told(desk: Desk, clock: SetClock, batch: list[Message]) -> list[Result]:
    clock.advance(max(message.arrived_at or clock.now() for message in batch))
    return ingest(desk, batch)


def own_time(attributes: Any) -> datetime | None:
    """The time a message says it happened at; None where it says none that can be read."""
    try:
        return parse_instant(attributes["time"])
    except (KeyError, TypeError, ValueError):
        return None


def _horizon(desk: Desk, now: datetime) -> datetime:
    """Until when nothing falls due, seen from `now` and whatever ordinary events may still be told."""
    moment = next_due(desk)
    calm = now + CALM
    return calm if moment is None else min(moment, calm)


def _sets_something_going(attributes: Any, now: datetime) -> bool:
    """Whether something may fall due at once behind it: a payout, or the end of a window paid for long ago."""
    type_ = attributes.get("type") if isinstance(attributes, dict) else None
    return type_ == REFUND_REQUESTED or (type_ == ORDER_PAID and own_time(attributes) != now)
