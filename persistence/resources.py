"""Resources, loaded and saved whole batches at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from persistence.errors import StoreBusyError
from persistence.portions import portions
from persistence.tables import PAID_REFUNDS, RefundRecord, ResourceRecord, table_of
from workflows.eligibility import Outlook
from workflows.resource import Payment, Refund, Resource
from workflows.words import Availability, RefundStatus

RESOURCE = table_of(ResourceRecord)
REFUND = table_of(RefundRecord)
REFUND_COLUMNS = [REFUND.c[name].label(f"refund__{name}") for name in Refund.__slots__]
#: What a refund's row repeats of the payment; fixed with it.
REFUND_REPEATS = ("product", "currency", "provider", "account_id")


class ConflictError(StoreBusyError):
    """A resource changed between being read and being written; the transaction must be tried again."""


@dataclass(frozen=True, slots=True)
class StoredResource:
    """A resource with what is stored beside it for queries and sweeps."""

    resource: Resource
    unresolved: int
    outlook: Outlook
    expiry_due_at: datetime | None


def load(connection: Connection, ids: Collection[str]) -> dict[str, Resource]:
    """The resources that exist among these ids."""
    return {key: stored.resource for key, stored in load_stored(connection, ids).items()}


def load_stored(connection: Connection, ids: Collection[str]) -> dict[str, StoredResource]:
    """The resources that exist among these ids, with what is stored beside them."""
    query = select(RESOURCE, *REFUND_COLUMNS).join_from(
        RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True
    )
    found: dict[str, StoredResource] = {}
    for some in portions(ids):
        for row in connection.execute(query.where(RESOURCE.c.id.in_(some))).mappings():
            found[row["id"]] = _to_stored(row)
    return found


def _to_stored(row: RowMapping) -> StoredResource:
    seen = Outlook(
        Availability(row["before_deadline"]),
        row["before_minor"],
        Availability(row["from_deadline"]),
        row["from_minor"],
    )
    return StoredResource(to_resource(row), row["unresolved"], seen, row["expiry_due_at"])


def to_resource(row: RowMapping) -> Resource:
    """A resource from its row joined with its present refund's."""
    payment = Payment(**{name: row[name] for name in Payment.__slots__})
    return Resource(
        id=row["id"],
        payment=payment,
        rules_version=row["rules_version"],
        deadline_at=row["deadline_at"],
        late_until=row["late_until"],
        state=row["state"],
        entered_at=row["entered_at"],
        facts=row["facts"],
        remedied_at=row["remedied_at"],
        claimed_at=row["claimed_at"],
        expired=row["expired"],
        last_use=row["last_use"],
        refund=None if row["refund_id"] is None else _to_refund(row),
        seq=row["seq"],
        head=row["head"],
    )


def to_row(one: StoredResource) -> dict[str, Any]:
    """All that is stored of a resource, by column, but for the reminder that may have been told already."""
    return _fixed(one.resource) | _moving(one)


def _to_refund(row: RowMapping) -> Refund:
    values = {name: row[f"refund__{name}"] for name in Refund.__slots__}
    return Refund(**{**values, "status": RefundStatus(values["status"])})


def save_new(
    connection: Connection, stored: Collection[StoredResource], reminders: Mapping[str, datetime | None]
) -> None:
    """Insert resources that were just paid for; `reminders` says when each window's end is announced."""
    if stored:
        rows = [to_row(one) | {"reminder_due_at": reminders[one.resource.id]} for one in stored]
        connection.execute(insert(RESOURCE), rows)


def save_changed(connection: Connection, stored: Collection[StoredResource], read_at_seq: Mapping[str, int]) -> None:
    """Write what changed of resources read before. Raises ConflictError where one is not as it was when read."""
    if not stored:
        return
    statement = (
        update(RESOURCE)
        .where(RESOURCE.c.id == bindparam("key"), RESOURCE.c.seq == bindparam("read_seq"))
        .values({name: bindparam(name) for name in _MOVING})
    )
    rows = [_moving(one) | {"key": one.resource.id, "read_seq": read_at_seq[one.resource.id]} for one in stored]
    if connection.execute(statement, rows).rowcount != len(rows):
        raise ConflictError(f"one of {len(rows)} resources changed meanwhile")


def save_refunds(connection: Connection, new: Collection[Resource], changed: Collection[Resource]) -> None:
    """Write the present refunds of these resources: inserted for `new`, updated for `changed`."""
    if new:
        connection.execute(insert(REFUND), [_refund_row(resource) for resource in new])
    if changed:
        statement = (
            update(REFUND)
            .where(REFUND.c.id == bindparam("key"))
            .values({name: bindparam(name) for name in _REFUND_MOVING})
        )
        rows = [_refund_row(resource) for resource in changed]
        connection.execute(
            statement, [{"key": row["id"], **{name: row[name] for name in _REFUND_MOVING}} for row in rows]
        )


def without_amounts(connection: Connection) -> bool:
    """Whether there is a resource whose answers' amounts have never been written."""
    query = select(RESOURCE.c.id).where(RESOURCE.c.before_minor.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def ids_after(connection: Connection, after: str | None, limit: int) -> list[str]:
    """The ids of resources in their order, from the one after `after`."""
    query = select(RESOURCE.c.id).order_by(RESOURCE.c.id).limit(limit)
    return list(connection.execute(query if after is None else query.where(RESOURCE.c.id > after)).scalars())


def save_outlooks(connection: Connection, stored: Collection[StoredResource]) -> None:
    """Write what answers these resources give on either side of their deadlines, and nothing else of them."""
    names = ("before_deadline", "before_minor", "from_deadline", "from_minor")
    statement = (
        update(RESOURCE).where(RESOURCE.c.id == bindparam("key")).values({name: bindparam(name) for name in names})
    )
    rows = [{"key": one.resource.id, **{name: _moving(one)[name] for name in names}} for one in stored]
    if rows:
        connection.execute(statement, rows)


_MOVING = (
    "state", "entered_at", "facts", "remedied_at", "claimed_at", "expired", "last_use", "refund_id", "seq", "head",
    "paid_out_minor", "unresolved", "before_deadline", "before_minor", "from_deadline", "from_minor",
    "expiry_due_at",
)  # fmt: skip
_REFUND_MOVING = ("status", "amount_minor", "destination", "origin", "decided_by", "note")


def _fixed(resource: Resource) -> dict[str, Any]:
    payment = {name: getattr(resource.payment, name) for name in Payment.__slots__}
    return payment | {
        "id": resource.id,
        "rules_version": resource.rules_version,
        "deadline_at": resource.deadline_at,
        "late_until": resource.late_until,
    }


def _moving(one: StoredResource) -> dict[str, Any]:
    resource = one.resource
    refund = resource.refund
    paid_out = refund.amount_minor if refund is not None and refund.status in PAID_REFUNDS else 0
    return {
        "state": resource.state,
        "entered_at": resource.entered_at,
        "facts": dict(resource.facts),
        "remedied_at": resource.remedied_at,
        "claimed_at": resource.claimed_at,
        "expired": resource.expired,
        "last_use": resource.last_use,
        "refund_id": None if refund is None else refund.id,
        "seq": resource.seq,
        "head": resource.head,
        "paid_out_minor": paid_out,
        "unresolved": one.unresolved,
        "before_deadline": one.outlook.before.value,
        "before_minor": one.outlook.before_minor,
        "from_deadline": one.outlook.after.value,
        "from_minor": one.outlook.after_minor,
        "expiry_due_at": one.expiry_due_at,
    }


def _refund_row(resource: Resource) -> dict[str, Any]:
    refund = resource.refund
    assert refund is not None
    values = {name: getattr(refund, name) for name in Refund.__slots__}
    repeated = {name: getattr(resource.payment, name) for name in REFUND_REPEATS}
    return values | repeated | {"status": refund.status.value, "resource_id": resource.id}
