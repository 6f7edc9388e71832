"""Refunds asked for in bulk: runs, and the result of each of their resources."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, tuple_, update

from persistence.bulk_tables import BulkResultRecord, BulkRunRecord
from persistence.tables import table_of

RUN = table_of(BulkRunRecord)
RESULT = table_of(BulkResultRecord)
READ_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """A selection as it was previewed, and how far its refunds have been asked for.

    `wanted` is the filter by which it is still being previewed; `at_work`: the service goes on with it by itself.
    """

    id: str
    selection: dict[str, Any]
    as_of: datetime
    count: int
    digest: str
    previewed_by: str
    preview: dict[str, Any]
    done: dict[str, Any]
    actor: str | None = None
    key: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    wanted: dict[str, Any] | None = None
    at_work: bool = False

    @property
    def status(self) -> str:
        if self.wanted is not None:
            return "judging"
        if self.started_at is None:
            return "previewed"
        return "running" if self.finished_at is None else "finished"


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of a run. Before it is asked for, amount and reasons are those that were foreseen."""

    position: int
    resource_id: str
    foreseen: str
    outcome: str | None = None
    refund_id: str | None = None
    currency: str | None = None
    amount_minor: int | None = None
    reasons: Sequence[dict[str, Any]] = field(default_factory=tuple)
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of runs begins: behind the one with this instant and id."""

    as_of: datetime
    id: str


def add(connection: Connection, run: Run, items: Collection[Item]) -> None:
    """Keep what was previewed."""
    connection.execute(insert(RUN).values({name: getattr(run, name) for name in Run.__slots__}))
    add_items(connection, run.id, items)


def add_items(connection: Connection, run_id: str, items: Collection[Item]) -> None:
    """Keep what was foreseen of more resources of a run."""
    if items:
        connection.execute(insert(RESULT), [{"run_id": run_id, **_values(item)} for item in items])


def find(connection: Connection, run_id: str) -> Run | None:
    row = connection.execute(select(RUN).where(RUN.c.id == run_id)).mappings().first()
    return None if row is None else Run(**row)


def locked(connection: Connection, run_id: str) -> Run | None:
    """A run that nobody else goes on with while this transaction lasts."""
    row = connection.execute(select(RUN).where(RUN.c.id == run_id).with_for_update()).mappings().first()
    return None if row is None else Run(**row)


def under_key(connection: Connection, actor: str, key: str) -> Run | None:
    row = connection.execute(select(RUN).where(RUN.c.actor == actor, RUN.c.key == key)).mappings().first()
    return None if row is None else Run(**row)


def at_work(connection: Connection) -> Sequence[str]:
    """The ids of the runs that the service goes on with by itself."""
    return list(connection.execute(select(RUN.c.id).where(RUN.c.at_work).order_by(RUN.c.id)).scalars())


def runs(connection: Connection, after: Place | None, limit: int) -> list[Run]:
    """A page of previews and runs, newest first."""
    query = select(RUN).order_by(RUN.c.as_of.desc(), RUN.c.id.desc()).limit(limit)
    if after is not None:
        there = tuple_(literal(after.as_of, RUN.c.as_of.type), literal(after.id))
        query = query.where(tuple_(RUN.c.as_of, RUN.c.id) < there)
    return [Run(**row) for row in connection.execute(query).mappings()]


def save(connection: Connection, run: Run) -> None:
    """Write how far a run has come."""
    moving = (
        "count", "digest", "preview", "done", "actor", "key", "started_at", "finished_at", "wanted", "at_work",
    )  # fmt: skip
    values = {name: getattr(run, name) for name in moving}
    connection.execute(update(RUN).where(RUN.c.id == run.id).values(values))


def waiting(connection: Connection, run_id: str, limit: int) -> Sequence[Item]:
    """The resources that have not been asked for yet, in their order."""
    query = _items(run_id).where(RESULT.c.outcome.is_(None)).limit(limit)
    return [Item(*row) for row in connection.execute(query)]


def page(
    connection: Connection, run_id: str, outcome: str | None, after: int, limit: int, *, foreseen: str | None = None
) -> Sequence[Item]:
    """The resources of a run in their order, from the one after a position."""
    query = _items(run_id).where(RESULT.c.position > after).limit(limit)
    if outcome is not None:
        query = query.where(RESULT.c.outcome == outcome)
    if foreseen is not None:
        query = query.where(RESULT.c.foreseen == foreseen)
    return [Item(*row) for row in connection.execute(query)]


def last_id(connection: Connection, run_id: str) -> str | None:
    """The id of the last resource that a run has so far."""
    query = select(RESULT.c.resource_id).where(RESULT.c.run_id == run_id).order_by(RESULT.c.position.desc()).limit(1)
    return connection.execute(query).scalar()


def ids(connection: Connection, run_id: str) -> Iterator[str]:
    """The ids of a run's resources in their order; some are read at a time."""
    after = -1
    query = select(RESULT.c.position, RESULT.c.resource_id).where(RESULT.c.run_id == run_id).limit(READ_AT_ONCE)
    while rows := connection.execute(query.where(RESULT.c.position > after).order_by(RESULT.c.position)).all():
        yield from (row.resource_id for row in rows)
        after = rows[-1].position


def resolve(connection: Connection, run_id: str, items: Collection[Item]) -> None:
    """Write what became of resources."""
    names = ("outcome", "refund_id", "currency", "amount_minor", "reasons", "asked_at")
    statement = (
        update(RESULT)
        .where(RESULT.c.run_id == run_id, RESULT.c.position == bindparam("at_position"))
        .values({name: bindparam(name) for name in names})
    )
    rows = [{name: value for name, value in _values(item).items() if name in names} for item in items]
    connection.execute(statement, [row | {"at_position": item.position} for row, item in zip(rows, items, strict=True)])


def forget_previews(connection: Connection, until: datetime) -> None:
    """Forget what was previewed at `until` or before, and never carried out."""
    old = select(RUN.c.id).where(RUN.c.started_at.is_(None), RUN.c.as_of <= until)
    connection.execute(delete(RESULT).where(RESULT.c.run_id.in_(old)))
    connection.execute(delete(RUN).where(RUN.c.id.in_(old)))


def _items(run_id: str) -> Any:
    columns = [RESULT.c[name] for name in Item.__slots__]
    return select(*columns).where(RESULT.c.run_id == run_id).order_by(RESULT.c.position)


def _values(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Item.__slots__} | {"reasons": list(item.reasons)}
