"""Months put away: which may be, which may not and why, and taking one out of history, inbox and outbox.

A month goes only when it is over and past retention, oldest first, when nothing in it waits, and when every resource it
tells of is at rest. What the rows amount to is kept in the same transaction, so that every chain goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from persistence import anchors, months, putting_away
from persistence.months import Month
from persistence.putting_away import Part
from persistence.store import Connection
from service.desk import Desk
from workflows.putting_away import UnsoundError

NOT_ON_SQLITE: Final = "months are PostgreSQL's: on SQLite history, inbox and outbox are plain tables, and stay whole"


class MonthError(ValueError):
    """A month cannot be put away; the message says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """A month as it is stored, and the reasons why it has to stay; without any it may be put away."""

    month: Month
    parts: tuple[Part, ...]
    reasons: tuple[str, ...]

    @property
    def put_away(self) -> bool:
        return all(part.place == "detached" for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        parts = [
            {"table": part.table, "place": part.place, "rows": part.rows, "size_bytes": part.size_bytes}
            for part in self.parts
        ]
        return {"month": str(self.month), "tables": parts, "put_away": self.put_away, "reasons": list(self.reasons)}


def keep_months_ahead(desk: Desk) -> int:
    """Make the months that will be needed, unless somebody is in the way. Returns how many partitions were made."""
    with desk.store.reading() as connection:
        if not months.missing(connection):
            return 0
    with desk.store.writing() as connection:
        return months.keep_ahead(connection)


def kept_since(desk: Desk) -> datetime | None:
    """From when on what was recorded is here; None where no month was put away."""
    with desk.store.reading() as connection:
        return anchors.kept_since(connection)


def held(desk: Desk, keep: int | None) -> list[Held]:
    """Every month there is, in order; `keep` is how many whole months are kept beside the present one, None: all.

    Raises MonthError on SQLite.
    """
    with desk.store.reading() as connection:
        _check_months(connection)
        now = desk.clock.now()
        by_month = groupby(putting_away.parts(connection), attrgetter("month"))
        stored = [(month, tuple(parts)) for month, parts in by_month]
        return [Held(month, parts, tuple(_reasons(connection, month, keep, now))) for month, parts in stored]


def put_away(desk: Desk, month: Month, keep: int | None) -> Mapping[str, int]:
    """Take a month out of every table; its rows stay beside them. Returns how many rows of each that were.

    Raises MonthError where it has to stay, and leaves everything as it was.
    """
    with desk.store.writing() as connection:
        _check_months(connection)
        months.hold(connection)
        putting_away.keep_still(connection, month)
        now = desk.clock.now()
        _check(month, _reasons(connection, month, keep, now))
        try:
            putting_away.anchor(connection, month, now)
        except UnsoundError as error:
            raise MonthError(f"{month} cannot be put away: {error}; see `refundry verify`") from error
        rows = putting_away.rows_of(connection, month)
        months.hold_wholly(connection)
        _check(month, _not_done(*putting_away.not_done(connection, month)))
        putting_away.detach(connection, month, rows, now)
        return rows


def _check(month: Month, reasons: Sequence[str]) -> None:
    if reasons:
        raise MonthError(f"{month} cannot be put away: {'; '.join(reasons)}")


def _check_months(connection: Connection) -> None:
    if not months.has_months(connection):
        raise MonthError(NOT_ON_SQLITE)


def _reasons(connection: Connection, month: Month, keep: int | None, now: datetime) -> list[str]:
    """Why a month has to stay; what it would take a look at its rows to know is looked for only where all else fits."""
    present, gone = Month.of(now), putting_away.months_gone(connection)
    if month in gone:
        return ["it is put away already"]
    if gone and month < gone[-1]:
        return [f"{gone[-1]} is put away already, and months go oldest first"]
    if month >= present:
        return ["it is not over"]
    if keep is None:
        return ["every month is kept: REFUNDRY_KEEP_MONTHS is not set"]
    if month >= present.later(-keep):
        return [f"the last {keep} months are kept (REFUNDRY_KEEP_MONTHS)"]
    there = putting_away.months_with_rows(connection)
    if month not in there:
        return ["there are no rows of it"]
    if there[0] < month:
        return [f"{there[0]} is older and still here; months go oldest first"]
    return _waiting(connection, month, now)


def _waiting(connection: Connection, month: Month, now: datetime) -> list[str]:
    found = putting_away.in_the_way(connection, month, now)
    reasons = _not_done(found.unresolved, found.undone)
    if found.restless:
        reasons.append(f"{found.restless} resources it tells of are not at rest, such as {found.example}")
    return reasons


def _not_done(unresolved: int, undone: int) -> list[str]:
    told = (
        (unresolved, f"{unresolved} events told in it are unresolved"),
        (undone, f"{undone} entries of its outbox are not done"),
    )
    return [reason for number, reason in told if number]
