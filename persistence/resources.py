"""Resources, loaded and saved whole batches at a time."""

from collections.abc import Collection
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from persistence.bulk_reading import among
from persistence.bulk_writing import Alteration, Insertion
from persistence.errors import StoreBusyError
from persistence.tables import PAID_REFUNDS, RefundRecord, ResourceRecord, table_of
from workflows.eligibility import Outlook
from workflows.resource import Payment, Refund, Resource
from workflows.values import Value
from workflows.words import Availability, RefundStatus

RESOURCE = table_of(ResourceRecord)
REFUND = table_of(RefundRecord)
REFUND_COLUMNS = [REFUND.c[name].label(f"refund__{name}") for name in Refund.__struct_fields__]
#: What a refund's row repeats of the payment; fixed with it.
REFUND_REPEATS = ("product", "currency", "provider", "account_id")


class ConflictError(StoreBusyError):
    """A resource changed between being read and being written; the transaction must be tried again."""


class StoredResource(Value, frozen=True):
    """A resource with what is stored beside it for queries and sweeps.

    `read_at_seq` is how long its history was when it was read. `reminder_due_at` is stored with the first row only: it
    may have been told since.
    """

    resource: Resource
    unresolved: int
    outlook: Outlook
    expiry_due_at: datetime | None
    read_at_seq: int = 0
    reminder_due_at: datetime | None = None

    @property
    def refund_id(self) -> str | None:
        refund = self.resource.refund
        return None if refund is None else refund.id

    @property
    def paid_out_minor(self) -> int:
        refund = self.resource.refund
        return refund.amount_minor if refund is not None and refund.status in PAID_REFUNDS else 0


def load(connection: Connection, ids: Collection[str]) -> dict[str, Resource]:
    """The resources that exist among these ids."""
    return {key: stored.resource for key, stored in load_stored(connection, ids).items()}


def load_stored(connection: Connection, ids: Collection[str]) -> dict[str, StoredResource]:
    """The resources that exist among these ids, with what is stored beside them."""
    query = select(RESOURCE, *REFUND_COLUMNS).join_from(
        RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True
    )
    wanted = query.where(among(connection, RESOURCE.c.id, ids))
    return {row["id"]: _to_stored(row) for row in connection.execute(wanted).mappings().all()}


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
    payment = Payment(**{name: row[name] for name in Payment.__struct_fields__})
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
    return {name: value(one) for name, value in _VALUES.items()}


def _to_refund(row: RowMapping) -> Refund:
    values = {name: row[f"refund__{name}"] for name in Refund.__struct_fields__}
    return Refund(**{**values, "status": RefundStatus(values["status"])})


def save_new(connection: Connection, stored: Collection[StoredResource]) -> None:
    """Insert resources that were just paid for."""
    _INSERTING.write(connection, stored)


def save_changed(connection: Connection, stored: Collection[StoredResource]) -> None:
    """Write what changed of resources read before. Raises ConflictError where one is not as it was when read."""
    if _CHANGING.write(connection, stored) != len(stored):
        raise ConflictError(f"one of {len(stored)} resources changed meanwhile")


def save_noted(connection: Connection, stored: Collection[StoredResource]) -> None:
    """The same for resources of which something was recorded that changes none of their answers."""
    if _NOTING.write(connection, stored) != len(stored):
        raise ConflictError(f"one of {len(stored)} resources changed meanwhile")


def save_refunds(connection: Connection, new: Collection[Resource], changed: Collection[Resource]) -> None:
    """Write the present refunds of these resources: inserted for `new`, updated for `changed`."""
    _INSERTING_REFUNDS.write(connection, new)
    _CHANGING_REFUNDS.write(connection, changed)


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
    _CHANGING_OUTLOOKS.write(connection, stored)


#: Where each column's value is found in a StoredResource.
_OUTLOOK: Final = {
    "before_deadline": "outlook.before",
    "before_minor": "outlook.before_minor",
    "from_deadline": "outlook.after",
    "from_minor": "outlook.after_minor",
}
_BESIDE: Final = {name: name for name in ("refund_id", "paid_out_minor", "unresolved", "expiry_due_at")} | _OUTLOOK
_FOUND: Final = (
    {name: f"resource.{name}" for name in Resource.__struct_fields__}
    | {name: f"resource.payment.{name}" for name in Payment.__struct_fields__}
    | _BESIDE
)
MOVES: Final = (
    "state", "entered_at", "facts", "remedied_at", "claimed_at", "expired", "last_use", "seq", "head", *_BESIDE
)  # fmt: skip
_VALUES: Final = {
    column.name: attrgetter(_FOUND[column.name]) for column in RESOURCE.columns if column.name != "reminder_due_at"
}
_INSERTING: Final = Insertion(RESOURCE, _FOUND)
_CHANGING: Final = Alteration(
    RESOURCE,
    changed={name: _FOUND[name] for name in MOVES},
    found_by={"id": "resource.id", "seq": "read_at_seq"},
)
#: All that changes of a resource whose answers stay: it touches as few indexes as can be.
NOTES: Final = ("expired", "seq", "head", "expiry_due_at")
_NOTING: Final = Alteration(
    RESOURCE,
    changed={name: _FOUND[name] for name in NOTES},
    found_by={"id": "resource.id", "seq": "read_at_seq"},
)
_CHANGING_OUTLOOKS: Final = Alteration(RESOURCE, changed=_OUTLOOK, found_by={"id": "resource.id"})

_REFUND_FOUND: Final = (
    {name: f"refund.{name}" for name in Refund.__struct_fields__}
    | {name: f"payment.{name}" for name in REFUND_REPEATS}
    | {"resource_id": "id"}
)
_INSERTING_REFUNDS: Final = Insertion(REFUND, _REFUND_FOUND)
_CHANGING_REFUNDS: Final = Alteration(
    REFUND,
    changed={
        name: _REFUND_FOUND[name] for name in ("status", "amount_minor", "destination", "origin", "decided_by", "note")
    },
    found_by={"id": "refund.id"},
)
