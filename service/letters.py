"""Events that nobody has resolved, looked after by hand: tried again, or discarded with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from persistence import inbox
from persistence.inbox import Received
from persistence.store import Connection
from service.batch import Batch
from service.desk import Desk
from service.questions import NotFoundError
from service.record import log_rows
from workflows.events import Event, unstorable
from workflows.words import Outcome

LONGEST_REASON: Final = 2000
MOST_NAMED: Final = 5


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
        return _found(connection, arrival)


def retry(desk: Desk, arrival: int) -> Received:
    """Try an event again as of now. One that still does not fit stays what it is.

    Raises NotFoundError, or ResolvedAlreadyError for one that no longer waits.
    """
    with desk.store.writing() as connection:
        return retry_each(desk, connection, [arrival])[0]


def retry_each(desk: Desk, connection: Connection, arrivals: Sequence[int]) -> list[Received]:
    """Try events again within a transaction, in the order in which they happened; those that no longer wait are left.

    Raises NotFoundError, or ResolvedAlreadyError where none of them waits.
    """
    now = desk.clock.now()
    events = _waiting(connection, arrivals)
    batch = Batch.opened(desk, connection, [event.subject for event in events])
    for event in sorted(events, key=lambda event: (event.time, event.arrival)):
        batch.try_again(event, now)
    batch.write(now)
    log_rows(batch.rows)
    return [_found(connection, arrival) for arrival in arrivals]


def discard(desk: Desk, arrival: int, actor: str, reason: str) -> Received:
    """Resolve an event without taking it in; who did so and why stays with it.

    Raises NotFoundError, ResolvedAlreadyError, or ReasonMissingError.
    """
    with desk.store.writing() as connection:
        return discard_each(desk, connection, [arrival], actor, reason)[0]


def discard_each(
    desk: Desk, connection: Connection, arrivals: Sequence[int], actor: str, reason: str
) -> list[Received]:
    """Resolve events without taking them in, within a transaction; those that no longer wait are left.

    Raises NotFoundError, ReasonMissingError, or ResolvedAlreadyError where none of them waits.
    """
    if unstorable(reason) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise ReasonMissingError(f"discarding an event needs a reason of 1 to {LONGEST_REASON} characters")
    now = desk.clock.now()
    events = _waiting(connection, arrivals)
    batch = Batch.opened(desk, connection, [event.subject for event in events])
    discarded = [batch.discard(event, f"discarded by {actor}: {reason.strip()}") for event in events]
    if not any(discarded):
        raise ResolvedAlreadyError(f"event {arrivals[0]} was resolved meanwhile")
    batch.write(now)
    return [_found(connection, arrival) for arrival in arrivals]


def _waiting(connection: Connection, arrivals: Sequence[int]) -> list[Event]:
    """Those of the events that still wait; there must be one."""
    found = [_found(connection, arrival) for arrival in arrivals]
    waiting = [one.event for one in found if one.outcome in (Outcome.PARKED, inbox.DEAD)]
    if not waiting:
        told = ", ".join(f"event {one.event.arrival} is {one.outcome}" for one in found[:MOST_NAMED])
        raise ResolvedAlreadyError(f"{told or 'no event was named'}; only a waiting one can be")
    return waiting


def _found(connection: Connection, arrival: int) -> Received:
    received = inbox.received(connection, arrival)
    if received is None:
        raise NotFoundError(f"there is no event with the arrival number {arrival}")
    return received
