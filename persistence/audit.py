"""What people decided, from the four places where it is kept, as one list; and the heads of histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, literal, select, text, tuple_

from persistence.bulk import RUN
from persistence.history import HISTORY
from persistence.inbox import INBOX
from persistence.portions import portions
from persistence.prefixes import begins
from persistence.resources import RESOURCE
from persistence.switches import SWITCH
from persistence.tables import BY_PEOPLE, one_of
from workflows.words import REFUND_APPROVED, REFUND_DECLINED, REFUND_OVERRIDE, REFUNDRY

#: What a decision is called, by the event that history has it as.
IN_HISTORY: Final = {REFUND_APPROVED: "approved", REFUND_DECLINED: "declined", REFUND_OVERRIDE: "override"}
KINDS: Final = (*IN_HISTORY.values(), "discarded", "switched", "bulk")
#: To find so many resources, the last events of so many times their number are looked at.
EVENTS_OF_EACH: Final = 10
DISCARDED_BY: Final = "discarded by "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision stands in the list: its time, the place it is kept in, and its key there."""

    at: datetime
    rank: int
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Something a person did. `about` names the resource, the switch or the run; `arrival` the event discarded."""

    place: Place
    kind: str
    actor: str
    about: str
    reason: str
    arrival: int | None = None
    stopped: bool | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are meant; None asks nothing."""

    kind: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a resource's history: how many rows there are, and the hash that seals them."""

    resource_id: str
    rows: int
    hash: str


@dataclass(frozen=True, slots=True)
class _Source:
    """A table in which decisions are kept, put in order by when they were made."""

    rank: int
    at: "Column[datetime]"
    key: "tuple[Column[Any], ...]"
    conditions: tuple[Any, ...]


def decided(connection: Connection, wanted: Wanted, after: Place | None, limit: int) -> list[Decided]:
    """Decisions, the last first, behind a place."""
    found = [
        [_READ[source.rank](dict(row)) for row in connection.execute(_newest(source, after, limit)).mappings()]
        for source in _sources(connection, wanted)
    ]
    return list(islice(merge(*found, key=_order, reverse=True), limit))


def heads(connection: Connection, limit: int) -> Sequence[Head]:
    """The heads of the histories of the resources that were told of last, the last first."""
    told = (
        select(INBOX.c.subject)
        .where(INBOX.c.arrival > 0)
        .order_by(INBOX.c.arrival.desc())
        .limit(EVENTS_OF_EACH * limit)
    )
    subjects = dict.fromkeys(connection.execute(told).scalars())
    found: dict[str, Head] = {}
    for some in portions(subjects):
        query = select(RESOURCE.c.id, RESOURCE.c.seq, RESOURCE.c.head).where(RESOURCE.c.id.in_(some))
        found |= {row.id: Head(*row) for row in connection.execute(query)}
    return list(islice((found[one] for one in subjects if one in found), limit))


def _order(one: Decided) -> tuple[Any, ...]:
    return one.place.at, -one.place.rank, one.place.key


def _sources(connection: Connection, wanted: Wanted) -> list[_Source]:
    kinds = KINDS if wanted.kind is None else (wanted.kind,)
    found = []
    events = [event for event, kind in IN_HISTORY.items() if kind in kinds]
    if events:
        by_people: list[Any] = [text(one_of("history.event", BY_PEOPLE)), HISTORY.c.actor != REFUNDRY]
        by_people += [] if wanted.kind is None else [HISTORY.c.event == events[0]]
        by_people += _is(HISTORY.c.actor, wanted.actor)
        found.append(_Source(0, HISTORY.c.recorded_at, (HISTORY.c.resource_id, HISTORY.c.seq), tuple(by_people)))
    if "discarded" in kinds:
        discarded: list[Any] = [text("inbox.outcome = 'discarded'")]
        if wanted.actor is not None:
            discarded.append(begins(connection, INBOX.c.detail, f"{DISCARDED_BY}{wanted.actor}: "))
        found.append(_Source(1, INBOX.c.resolved_at, (INBOX.c.arrival,), tuple(discarded)))
    if "switched" in kinds:
        found.append(_Source(2, SWITCH.c.changed_at, (SWITCH.c.id,), tuple(_is(SWITCH.c.actor, wanted.actor))))
    if "bulk" in kinds:
        started = (RUN.c.started_at.is_not(None), *_is(RUN.c.actor, wanted.actor))
        found.append(_Source(3, RUN.c.started_at, (RUN.c.id,), started))
    return found


def _is(column: "Column[Any]", value: str | None) -> "list[ColumnElement[bool]]":
    return [] if value is None else [column == value]


def _newest(source: _Source, after: Place | None, limit: int) -> "Select[Any]":
    order = (source.at, *source.key)
    query = select(source.at.table).where(*source.conditions)
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    if after is None:
        return query
    if source.rank != after.rank:
        return query.where(source.at < after.at if source.rank < after.rank else source.at <= after.at)
    values = (after.at, *after.key)
    there = tuple_(*(literal(value, column.type) for column, value in zip(order, values, strict=True)))
    return query.where(tuple_(*order) < there)


def _of_history(row: Mapping[str, Any]) -> Decided:
    place = Place(row["recorded_at"], 0, (row["resource_id"], row["seq"]))
    reason = str(row["data"].get("reason", ""))
    return Decided(place, IN_HISTORY[row["event"]], row["actor"], row["resource_id"], reason)


def _of_inbox(row: Mapping[str, Any]) -> Decided:
    actor, _, reason = (row["detail"] or "").removeprefix(DISCARDED_BY).partition(": ")
    place = Place(row["resolved_at"], 1, (row["arrival"],))
    return Decided(place, "discarded", actor, row["subject"], reason, arrival=row["arrival"])


def _of_switch(row: Mapping[str, Any]) -> Decided:
    place = Place(row["changed_at"], 2, (row["id"],))
    about = f"{row['kind']} {row['key']}"
    return Decided(place, "switched", row["actor"], about, row["reason"], stopped=bool(row["stopped"]))


def _of_run(row: Mapping[str, Any]) -> Decided:
    return Decided(Place(row["started_at"], 3, (row["id"],)), "bulk", row["actor"], row["id"], "", count=row["count"])


_READ: Final = {0: _of_history, 1: _of_inbox, 2: _of_switch, 3: _of_run}
