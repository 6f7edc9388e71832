"""What is kept about resources, read for verification: a span of them at a time, in the order of their ids."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, literal, select

from persistence import history
from persistence.attempts import ATTEMPT
from persistence.definitions import DEFINITION
from persistence.history import HISTORY
from persistence.inbox import INBOX, WAITING
from persistence.ledger import CREDIT, Credit
from persistence.listing import availability_at, window_at
from persistence.portions import portions
from persistence.resources import REFUND, RESOURCE
from persistence.terms import RULES
from workflows.history import Row
from workflows.resource import Refund
from workflows.words import RefundStatus

#: A product, state, window and availability.
Cell = tuple[str, str, str, str]
#: What is owned, by table: the column that names the owner, and the column it is named in.
OWNED_TABLES: Final = {
    "history": (HISTORY.c.resource_id, RESOURCE.c.id),
    "refund": (REFUND.c.resource_id, RESOURCE.c.id),
    "balance_credit": (CREDIT.c.refund_id, REFUND.c.id),
    "attempt": (ATTEMPT.c.refund_id, REFUND.c.id),
}
#: A provider's replies by which money has left it.
PAID_REPLIES: Final = ("paid", "taken_back")


@dataclass(frozen=True, slots=True)
class Span:
    """The resources behind the id `after`, None for the first, up to the last of `ids`; `alone`, the one it names."""

    after: str | None
    ids: Sequence[str]
    alone: bool = False

    def holds(self, column: "Column[str]") -> ColumnElement[bool]:
        """The condition that a column names a resource of the span."""
        if self.alone:
            return column == self.ids[0]
        until = column <= self.ids[-1]
        return until if self.after is None else and_(column > self.after, until)

    def singly(self) -> "list[Span]":
        """The same resources, each in a span of its own."""
        befores = [self.after, *self.ids[:-1]]
        return [Span(before, [id_]) for before, id_ in zip(befores, self.ids, strict=True)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the resources of a span beside their histories; `paid` are refunds that a provider has paid."""

    resources: dict[str, dict[str, Any]]
    refunds: dict[str, list[Refund]]
    credits: dict[str, Credit]
    paid: frozenset[str]
    unresolved: dict[str, int]
    rules: frozenset[str]
    definitions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that belongs to what is not kept: in which table, of what, and how many rows."""

    table: str
    belongs_to: str
    rows: int


def count(connection: Connection) -> int:
    """How many resources there are."""
    return int(connection.execute(select(func.count()).select_from(RESOURCE)).scalar_one())


def span_after(connection: Connection, after: str | None, limit: int) -> Span | None:
    """The next resources behind an id, in order; None behind the last."""
    query = select(RESOURCE.c.id).order_by(RESOURCE.c.id).limit(limit)
    if after is not None:
        query = query.where(RESOURCE.c.id > after)
    ids = connection.execute(query).scalars().all()
    return Span(after, ids) if ids else None


def rows(connection: Connection, span: Span) -> Iterator[Row]:
    """Every row of history of a span's resources, resource by resource, oldest first."""
    return history.in_order(connection, span.holds)


def kept(connection: Connection, span: Span) -> Kept:
    """What is kept of a span's resources beside their histories."""
    found = connection.execute(select(RESOURCE).where(span.holds(RESOURCE.c.id))).mappings()
    refunds = _refunds(connection, span)
    refund_ids = [refund.id for those in refunds.values() for refund in those]
    waiting = (
        select(INBOX.c.subject, func.count()).where(WAITING, span.holds(INBOX.c.subject)).group_by(INBOX.c.subject)
    )
    return Kept(
        resources={row["id"]: dict(row) for row in found},
        refunds=refunds,
        credits=_credits(connection, refund_ids),
        paid=_paid(connection, refund_ids),
        unresolved={subject: int(number) for subject, number in connection.execute(waiting)},
        rules=frozenset(connection.execute(select(RULES.c.version)).scalars()),
        definitions=frozenset(connection.execute(select(DEFINITION.c.hash)).scalars()),
    )


def counted(connection: Connection, span: Span, at: datetime) -> Counter[Cell]:
    """How many of a span's resources lists show as of an instant, by product, state, window and availability."""
    by = (RESOURCE.c.product, RESOURCE.c.state, window_at(at), availability_at(at))
    query = select(*by, func.count()).where(span.holds(RESOURCE.c.id)).group_by(*by)
    return Counter(
        {(product, state, window, found): n for product, state, window, found, n in connection.execute(query)}
    )


def strays(connection: Connection) -> list[Stray]:
    """Rows whose resource or refund is not kept; a database that was only written through its constraints has none."""
    return [
        Stray(table, belongs_to, number)
        for table, (named, owner) in OWNED_TABLES.items()
        for belongs_to, number in connection.execute(_without_owner(named, owner))
    ]


def _refunds(connection: Connection, span: Span) -> dict[str, list[Refund]]:
    found: dict[str, list[Refund]] = {}
    query = select(REFUND).where(span.holds(REFUND.c.resource_id)).order_by(REFUND.c.requested_at, REFUND.c.id)
    for row in connection.execute(query).mappings():
        values = {name: row[name] for name in Refund.__struct_fields__}
        refund = Refund(**{**values, "status": RefundStatus(values["status"])})
        found.setdefault(row["resource_id"], []).append(refund)
    return found


def _credits(connection: Connection, refund_ids: Sequence[str]) -> dict[str, Credit]:
    """The credits of these refunds, by refund; the database keeps one of each at most."""
    found: dict[str, Credit] = {}
    for some in portions(refund_ids):
        for row in connection.execute(select(CREDIT).where(CREDIT.c.refund_id.in_(some))).mappings():
            found[row["refund_id"]] = Credit(**row)
    return found


def _paid(connection: Connection, refund_ids: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in portions(refund_ids):
        query = select(ATTEMPT.c.refund_id).where(ATTEMPT.c.refund_id.in_(some), ATTEMPT.c.reply.in_(PAID_REPLIES))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def _without_owner(named: "Column[str]", owner: "Column[str]") -> "Select[str, int]":
    there = select(literal(1)).where(owner == named).exists()
    return select(named, func.count()).where(~there).group_by(named).order_by(named)
