"""The inbox: every event that was acknowledged, what became of it, and which still wait."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, and_, delete, func, select, text, update

from persistence.bulk_reading import Lookup
from persistence.bulk_writing import Alteration, Insertion, array_text
from persistence.driver import rows_of
from persistence.encoding import json_text
from persistence.month_tables import EventKeyRecord, WaitPutAwayRecord
from persistence.portions import portions
from persistence.tables import InboxRecord, table_of
from workflows.events import Event
from workflows.reasons import Reason
from workflows.values import Value
from workflows.words import Outcome

INBOX = table_of(InboxRecord)
KEY = table_of(EventKeyRecord)
WAIT = table_of(WaitPutAwayRecord)
#: Written as the index of those that waited has it: to SQLite `waited = 1` would be another condition.
WAITED: Final = text("inbox.waited")
WAITING: Final = and_(WAITED, INBOX.c.resolved_at.is_(None))

Key = tuple[str, str]
#: The events told before among any number of (source, id) pairs; the pairs lead, so that each is looked up once.
_TOLD_POSTGRESQL: Final = (
    "SELECT event_key.source, event_key.event_id, event_key.fingerprint "
    "FROM unnest(%s::text[], %s::text[]) AS told (source, event_id) "
    "JOIN event_key ON event_key.source = told.source AND event_key.event_id = told.event_id"
)
_TOLD_SQLITE: Final = (
    "SELECT event_key.source, event_key.event_id, event_key.fingerprint FROM json_each(?) AS told "
    "CROSS JOIN event_key ON event_key.source = told.value ->> 0 AND event_key.event_id = told.value ->> 1"
)
DEAD: Final = "dead"
DISCARDED: Final = "discarded"


class Told(Value, frozen=True):
    """An event and what became of it, ready to be stored."""

    event: Event
    outcome: Outcome
    reasons: tuple[Reason, ...]
    detail: str | None
    waited: bool
    resolved_at: datetime | None

    @property
    def written_reasons(self) -> list[dict[str, Any]]:
        return [reason.to_json() for reason in self.reasons]


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that nobody has resolved: `parked`, or `dead` after its time."""

    event: Event
    outcome: str
    reasons: tuple[dict[str, Any], ...]
    detail: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """An event as it was told, and what has become of it by now; without `resolved_at` it still waits."""

    event: Event
    outcome: str
    reasons: tuple[dict[str, Any], ...]
    detail: str | None
    resolved_at: datetime | None


def fingerprints(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """The content of those events among these (source, id) pairs that have been told before."""
    if not keys:
        return {}
    if connection.dialect.name == "postgresql":
        told = rows_of(connection, _TOLD_POSTGRESQL, tuple(map(array_text, zip(*keys, strict=True))))
    else:
        told = rows_of(connection, _TOLD_SQLITE, (json_text(list(keys)),))
    return {(source, event_id): content for source, event_id, content in told}


def waiting(connection: Connection, subjects: Collection[str]) -> dict[str, list[tuple[Event, bool]]]:
    """The unresolved events of each subject in order of arrival, each with whether it is a dead letter."""
    found: dict[str, list[tuple[Event, bool]]] = defaultdict(list)
    for values in _WAITING.read(connection, subjects):
        record = dict(zip(INBOX.columns.keys(), values, strict=True))
        found[record["subject"]].append((to_event(record), record["outcome"] == DEAD))
    return found


def unresolved_at(connection: Connection, subject: str, at: datetime) -> int:
    """How many events of a subject had been told by `at` and were not resolved then."""
    here = select(func.count()).where(
        INBOX.c.subject == subject,
        WAITED,
        INBOX.c.arrived_at <= at,
        INBOX.c.resolved_at.is_(None) | (INBOX.c.resolved_at > at),
    )
    away = select(func.count()).where(WAIT.c.subject == subject, WAIT.c.arrived_at <= at, WAIT.c.resolved_at > at)
    return sum(int(connection.execute(query).scalar_one()) for query in (here, away))


def waited(
    connection: Connection, subjects: Collection[str]
) -> dict[str, tuple[dict[Key, datetime], list[tuple[datetime, datetime | None]]]]:
    """Of each subject: when its events that had to wait were told, and from when to when each was unresolved."""
    found: dict[str, tuple[dict[Key, datetime], list[tuple[datetime, datetime | None]]]] = {
        subject: ({}, []) for subject in subjects
    }
    columns = (INBOX.c.subject, INBOX.c.source, INBOX.c.event_id, INBOX.c.arrived_at, INBOX.c.resolved_at)
    for some in portions(subjects):
        query = select(*columns).where(INBOX.c.subject.in_(some), WAITED)
        for subject, source, event_id, arrived_at, resolved_at in connection.execute(query):
            arrivals, unresolved = found[subject]
            arrivals[source, event_id] = arrived_at
            unresolved.append((arrived_at, resolved_at))
        away = select(WAIT.c.subject, WAIT.c.arrived_at, WAIT.c.resolved_at).where(WAIT.c.subject.in_(some))
        for subject, arrived_at, resolved_at in connection.execute(away):
            found[subject][1].append((arrived_at, resolved_at))
    return found


def list_waiting(connection: Connection, subject: str) -> list[WaitingEvent]:
    """A subject's unresolved events, in the order in which they are tried again."""
    query = select(INBOX).where(WAITING, INBOX.c.subject == subject).order_by(INBOX.c.time, INBOX.c.arrival)
    return [
        WaitingEvent(to_event(record), record["outcome"], tuple(record["reasons"]), record["detail"])
        for record in connection.execute(query).mappings()
    ]


def store(connection: Connection, told: Collection[Told]) -> None:
    """Insert events told for the first time; the database refuses an id that was told before."""
    _TAKING_IDS.write(connection, [one.event for one in told if one.outcome != Outcome.REJECTED])
    _STORING.write(connection, told)


def resolve(connection: Connection, told: Collection[Told]) -> None:
    """Write what became of events that had been waiting; the ids of those rejected are free again."""
    _RESOLVING.write(connection, told)
    for one in told:
        if one.outcome == Outcome.REJECTED:
            named = (KEY.c.source == one.event.source, KEY.c.event_id == one.event.id)
            connection.execute(delete(KEY).where(*named))


def bury(connection: Connection, events: Collection[Event]) -> None:
    """Make dead letters of parked events that nothing has let in for their whole time."""
    _BURYING.write(connection, [_Buried(event) for event in events])


class _Buried(NamedTuple):
    event: Event
    outcome: str = DEAD


def discard(connection: Connection, details: Collection[tuple[Event, str]], now: datetime) -> None:
    """Resolve waiting events without taking them in; each detail says who did so and why."""
    for event, detail in details:
        connection.execute(
            update(INBOX)
            .where(INBOX.c.arrival == event.arrival, INBOX.c.arrived_at == event.arrived_at, WAITING)
            .values(outcome=DISCARDED, detail=detail, resolved_at=now)
        )


def received(connection: Connection, arrival: int) -> Received | None:
    """The event with an arrival number."""
    row = connection.execute(select(INBOX).where(INBOX.c.arrival == arrival)).mappings().first()
    return None if row is None else to_received(row)


def page(
    connection: Connection, outcome: str | None, subject: str | None, before: int | None, limit: int
) -> list[Received]:
    """Events as they were told, newest first, from the one before arrival number `before`."""
    query = select(INBOX).order_by(INBOX.c.arrival.desc()).limit(limit)
    for column, value in ((INBOX.c.outcome, outcome), (INBOX.c.subject, subject)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(INBOX.c.arrival < before)
    return [to_received(row) for row in connection.execute(query).mappings()]


def to_received(row: RowMapping) -> Received:
    return Received(to_event(row), row["outcome"], tuple(row["reasons"]), row["detail"], row["resolved_at"])


def subjects_parked_since(connection: Connection, arrived_until: datetime, limit: int) -> list[str]:
    """Subjects with events parked at `arrived_until` or before, longest first."""
    query = (
        select(INBOX.c.subject)
        .where(INBOX.c.outcome == "parked", INBOX.c.arrived_at <= arrived_until)
        .order_by(INBOX.c.arrived_at)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def to_event(record: Mapping[Any, Any]) -> Event:
    return Event(
        source=record["source"],
        id=record["event_id"],
        type=record["type"],
        subject=record["subject"],
        time=record["time"],
        data=record["data"],
        arrived_at=record["arrived_at"],
        fingerprint=record["fingerprint"],
        arrival=record["arrival"],
    )


_WAITING: Final = Lookup(
    INBOX.columns,
    "SELECT {columns} FROM inbox"
    " WHERE inbox.waited AND inbox.resolved_at IS NULL AND inbox.subject {among} ORDER BY inbox.arrival",
)
_EVENT = {name: f"event.{name}" for name in ("source", "type", "subject", "time", "data", "fingerprint", "arrived_at")}
_FOUND = _EVENT | {"event_id": "event.id", "reasons": "written_reasons"}
#: A waiting event is found by its number, and in its month.
_WAITING_EVENT: Final = {"arrival": "event.arrival", "arrived_at": "event.arrived_at"}
_TAKING_IDS: Final = Insertion(KEY, {"event_id": "id"})
_STORING: Final = Insertion(INBOX, _FOUND, without=("arrival",))
_RESOLVING: Final = Alteration(
    INBOX,
    changed={"outcome": "outcome", "reasons": "written_reasons", "detail": "detail", "resolved_at": "resolved_at"},
    found_by=_WAITING_EVENT,
    still="inbox.waited AND inbox.resolved_at IS NULL",
)
_BURYING: Final = Alteration(
    INBOX, changed={"outcome": "outcome"}, found_by=_WAITING_EVENT, still="inbox.outcome = 'parked'"
)
