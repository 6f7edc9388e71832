"""Running sums: written as differences with what they count, folded later, read together with what is not folded yet.

Sums are linear, so it does not matter in which order differences are folded, nor by whom. A resource's window and
availability turn at its deadline without anything being written; so resources are counted by the hour in which their
deadline lies, with what holds on either side of it, and the instant asked about decides between the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    cast,
    delete,
    extract,
    func,
    select,
    text,
    union_all,
)

from persistence.bulk_writing import Addition, Insertion
from persistence.tables import table_of
from persistence.tally_tables import TallyDeltaRecord, TallyRecord

TALLY = table_of(TallyRecord)
DELTA = table_of(TallyDeltaRecord)
FOLD_LOCK: Final = 4_720_919
AN_HOUR: Final = timedelta(hours=1)
#: The hour of what is over for good: there the side before the deadline no longer matters.
OVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: For how long happenings are counted by the hour; older ones are counted by the day.
HOURLY_FOR: Final = timedelta(days=2)
#: Of how many moments the hour is remembered; those of a batch repeat each other.
HOURS_REMEMBERED: Final = 4096


class Kind(StrEnum):
    """What a tally counts, and what its `state` and `hour` are."""

    RESOURCES = "resources"  # those in a state; the hour ends at or after the deadline, the amount is the cash paid
    REFUNDS = "refunds"  # those with a status; no hour
    REFUND_MOVES = "refund_moves"  # refunds that came to a status within the hour
    REFUSALS = "refusals"  # refusals with a reason, recorded within the hour
    MOVES = "moves"  # changes recorded within the hour; the state is the event with the states it led from and to


#: What only happens and is never undone: counted by the hour in which it was recorded.
HAPPENINGS: Final = (Kind.REFUND_MOVES, Kind.REFUSALS, Kind.MOVES)


class Place(NamedTuple):
    """What a count is a count of."""

    kind: str
    product: str
    state: str
    currency: str
    before_deadline: str = ""
    from_deadline: str = ""
    claimed: bool = False
    hour: datetime = OVER


class Sums(NamedTuple):
    """How many, and the amounts in minor units: of the things, and of their answers on either side of the deadline."""

    number: int = 0
    amount_minor: int = 0
    before_minor: int = 0
    from_minor: int = 0


class Differences:
    """Sums by place; what cancels out leaves nothing."""

    def __init__(self) -> None:
        self._sums: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def add(self, place: Place, sums: Iterable[int], sign: int = 1) -> None:
        held = self._sums[place]
        for index, value in enumerate(sums):
            held[index] += sign * value

    def __iter__(self) -> Iterator[tuple[Place, Sums]]:
        return ((place, Sums(*held)) for place, held in self._sums.items() if any(held))


def hour_ending(moment: datetime) -> datetime:
    """The first full hour (UTC) at or after a moment."""
    floor = hour_of(moment)
    return floor if floor == moment else floor + AN_HOUR


@lru_cache(HOURS_REMEMBERED)
def hour_of(moment: datetime) -> datetime:
    """The full hour (UTC) in which a moment lies."""
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """The beginning of the day (UTC) in which a moment lies."""
    return hour_of(moment).replace(hour=0)


class _Difference(NamedTuple):
    place: Place
    sums: Sums


_FOUND: Final = {name: f"place.{name}" for name in Place._fields} | {name: f"sums.{name}" for name in Sums._fields}
_ADDING: Final = Insertion(DELTA, _FOUND, without=("id",))
_MERGING: Final = Addition(TALLY, _FOUND, key=Place._fields, added=Sums._fields)


def add(connection: Connection, differences: Differences) -> None:
    """Write down what a transaction has changed."""
    _ADDING.write(connection, [_Difference(place, sums) for place, sums in differences])


def fold(connection: Connection, now: datetime, limit: int) -> int:
    """Put up to so many differences into the sums, with what is over by `now` drawn together. Returns how many.

    One transaction at a time does so. A difference that is being written meanwhile is left to the next fold.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FOLD_LOCK})
    found = Differences()
    taken = 0
    for row in _taken(connection, limit):
        taken += row.taken
        found.add(settled(_place(row), now), _sums(row))
    for row in connection.execute(_unsettled(now).limit(limit)).all():
        place, sums = _place(row), _sums(row)
        found.add(place, sums, -1)
        found.add(settled(place, now), sums)
    _put(connection, found)
    return taken


def _taken(connection: Connection, limit: int) -> Sequence[Any]:
    """The first differences summed up by place, each sum with how many there were; they are gone afterwards."""
    first = select(DELTA.c.id).order_by(DELTA.c.id).limit(limit)
    if connection.dialect.name == "postgresql":
        gone = delete(DELTA).where(DELTA.c.id.in_(first)).returning(*DELTA.columns).cte("gone")
        return connection.execute(_by_place(gone)).all()
    # Nobody else writes meanwhile, so the first are all those up to the last of them.
    upto = DELTA.c.id <= select(func.max(first.subquery().c.id)).scalar_subquery()
    found = connection.execute(_by_place(select(DELTA).where(upto).subquery())).all()
    connection.execute(delete(DELTA).where(upto))
    return found


def _by_place(differences: FromClause) -> Select[Any]:
    keys = [differences.c[name] for name in Place._fields]
    sums = [cast(func.sum(differences.c[name]), BigInteger).label(name) for name in Sums._fields]
    return select(*keys, *sums, func.count().label("taken")).group_by(*keys)


def hold(connection: Connection) -> None:
    """Have everybody who would count something wait until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE tally_delta IN SHARE ROW EXCLUSIVE MODE"))


def clear(connection: Connection) -> None:
    """Forget every sum and difference, in order to count anew."""
    connection.execute(delete(DELTA))
    connection.execute(delete(TALLY))


def read(connection: Connection, *kinds: Kind, since: datetime | None = None) -> Iterator[tuple[Place, Sums]]:
    """The sums of these kinds, with the differences that are not folded yet."""
    return iter(held(connection, *kinds, since=since))


def held(connection: Connection, *kinds: Kind, since: datetime | None = None) -> Differences:
    """The same, to go on counting with."""
    found, keys = Differences(), len(Place._fields)
    for row in connection.execute(_both([kind.value for kind in kinds], since)).all():
        found.add(Place._make(row[:keys]), row[keys:])
    return found


def selected(*kinds: Kind) -> FromClause:
    """The sums of these kinds together with the differences, to be counted further by the database."""
    return _both([kind.value for kind in kinds], None).subquery("sums")


def totals(connection: Connection, kind: Kind) -> list[tuple[Place, Sums]]:
    """The sums of one kind over all hours, as things that only grow are told."""
    both = selected(kind)
    keys = [both.c[name] for name in ("product", "state", "currency")]
    sums = [func.sum(both.c[name]) for name in Sums._fields]
    return [
        (Place(kind, product, state, currency), Sums(*map(int, found)))
        for product, state, currency, *found in connection.execute(select(*keys, *sums).group_by(*keys))
        if any(found)
    ]


def _both(kinds: list[str], since: datetime | None) -> CompoundSelect[Any]:
    return union_all(*(_rows(table, kinds, since) for table in (TALLY, DELTA)))


def _rows(table: Any, kinds: list[str], since: datetime | None) -> Select[Any]:
    columns = [table.c[name] for name in (*Place._fields, *Sums._fields)]
    query = select(*columns).where(table.c.kind.in_(kinds))
    return query if since is None else query.where(table.c.hour >= since)


def _place(row: Any) -> Place:
    return Place(*(getattr(row, name) for name in Place._fields))


def _sums(row: Any) -> Sums:
    return Sums(row.number, row.amount_minor, row.before_minor, row.from_minor)


def settled(place: Place, now: datetime) -> Place:
    """The place under which something is kept for good once its hour is over."""
    if place.kind == Kind.RESOURCES and place.hour <= now - AN_HOUR:
        return place._replace(before_deadline="", hour=OVER)
    if place.kind in HAPPENINGS and place.hour < now - HOURLY_FOR:
        return place._replace(hour=day_of(place.hour))
    return place


def _unsettled(now: datetime) -> Select[Any]:
    """Sums whose hour is over and that are not drawn together yet."""
    happenings = [kind.value for kind in HAPPENINGS]
    closed = (TALLY.c.kind == Kind.RESOURCES.value) & (TALLY.c.hour > OVER) & (TALLY.c.hour <= now - AN_HOUR)
    old = TALLY.c.kind.in_(happenings) & (TALLY.c.hour < now - HOURLY_FOR) & (extract("hour", TALLY.c.hour) != 0)
    return select(TALLY).where(closed | old)


def _put(connection: Connection, found: Differences) -> None:
    _MERGING.write(connection, [_Difference(place, sums) for place, sums in found])
    zero = [TALLY.c[name] == 0 for name in Sums._fields]
    connection.execute(delete(TALLY).where(*zero))
