"""Events that nobody has resolved, looked after by hand: tried again, or discarded with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from persistence import inbox
from persistence.inbox import Received
from service.batch import Batch
from service.desk import Desk
from service.questions import NotFoundError
from service.record import log_rows
from workflows.events import Event, unstorable
from workflows.words import Outcome

LONGEST_REASON: Final = 2000


class ResolvedAlreadyError(ValueError):
    """The event is not waiting any more."""


class ReasonMissingError(ValueError):
    """Discarding an event needs a reason."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an event must be to be listed; None asks nothing."""

    outcome: str | None = None
    subject: str | None = None


def page(desk: Desk, wanted: Filter, before: int | None, limit: int) -> Sequence[Received]:
    """Events as they were told, newest first, from the one before arrival number `before`."""
    with desk.store.reading() as connection:
        return inbox.page(connection, wanted.outcome, wanted.subject, before, limit)


def view(desk: Desk, arrival: int) -> Received:
    """An event by its arrival number. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _found(inbox.received(connection, arrival), arrival)


def retry(desk: Desk, arrival: int) -> Received:
    """Try an event again as of now. One that still does not fit stays what it is.

    Raises NotFoundError, or ResolvedAlreadyError for one that no longer waits.
    """
    with desk.store.writing() as connection:
        now = desk.clock.now()
        event = _waiting(_found(inbox.received(connection, arrival), arrival))
        batch = Batch.opened(desk, connection, [event.subject])
        batch.try_again(event, now)
        batch.write(now)
    log_rows(batch.rows)
    return view(desk, arrival)


def discard(desk: Desk, arrival: int, actor: str, reason: str) -> Received:
    """Resolve an event without taking it in; who did so and why stays with it.

    Raises NotFoundError, ResolvedAlreadyError, or ReasonMissingError.
    """
    if unstorable(reason) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise ReasonMissingError(f"discarding an event needs a reason of 1 to {LONGEST_REASON} characters")
    with desk.store.writing() as connection:
        now = desk.clock.now()
        event = _waiting(_found(inbox.received(connection, arrival), arrival))
        batch = Batch.opened(desk, connection, [event.subject])
        if not batch.discard(event, f"discarded by {actor}: {reason.strip()}"):
            raise ResolvedAlreadyError(f"event {arrival} was resolved meanwhile")
        batch.write(now)
    return view(desk, arrival)


def _found(received: Received | None, arrival: int) -> Received:
    if received is None:
        raise NotFoundError(f"there is no event with the arrival number {arrival}")
    return received


def _waiting(received: Received) -> Event:
    if received.outcome not in (Outcome.PARKED, inbox.DEAD):
        raise ResolvedAlreadyError(f"event {received.event.arrival} is {received.outcome}; only a waiting one can be")
    return received.event
