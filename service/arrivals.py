"""Events looked at by people: all of them by arrival, those that wait, and one with what it did."""

from collections.abc import Sequence
from dataclasses import dataclass

from persistence import arrivals, backlog, inbox
from persistence.arrivals import Filter, Leaf, Place
from persistence.inbox import DEAD, Received
from service.desk import Desk
from service.questions import NotFoundError
from workflows.history import Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many events wait: `parked`, and `dead` after their time."""

    parked: int
    dead: int


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as it was told, and the rows of history that it made. `known`: its subject has been paid for."""

    received: Received
    rows: Sequence[Row]
    known: bool


def newest(desk: Desk, wanted: Filter, before: int | None, limit: int) -> Leaf:
    """Events, the last to arrive first, from the one before the arrival number `before`."""
    with desk.store.reading() as connection:
        return arrivals.newest(connection, wanted, before, limit)


def waiting(desk: Desk, outcome: str, wanted: Filter, after: Place | None, limit: int) -> list[Received]:
    """The events that wait as `parked` or `dead`, the longest waiting first."""
    with desk.store.reading() as connection:
        return arrivals.waiting(connection, outcome, wanted, after, limit)


def how_many_wait(desk: Desk) -> Waiting:
    with desk.store.reading() as connection:
        parked, dead = (backlog.events(connection, one).number for one in (backlog.PARKED, DEAD))
        return Waiting(parked, dead)


def known(desk: Desk, events: Sequence[Received]) -> frozenset[str]:
    """The subjects of these events that have been paid for."""
    with desk.store.reading() as connection:
        return arrivals.known(connection, [one.event.subject for one in events])


def view(desk: Desk, arrival: int) -> EventView:
    """An event by its arrival number. Raises NotFoundError."""
    with desk.store.reading() as connection:
        found = inbox.received(connection, arrival)
        if found is None:
            raise NotFoundError(f"there is no event with the arrival number {arrival}")
        event = found.event
        rows = arrivals.rows_of(connection, event.subject, event.source, event.id)
        return EventView(found, rows, bool(arrivals.known(connection, [event.subject])))
