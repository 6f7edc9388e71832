"""Resources, loaded and saved whole batches at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, select

from persistence.bulk_reading import Lookup
from persistence.bulk_writing import Alteration, Insertion
from persistence.errors import StoreBusyError
from persistence.tables import PAID_REFUNDS, RefundRecord, ResourceRecord, table_of
from workflows.eligibility import Outlook
from workflows.resource import Payment, Refund, Resource
from workflows.values import Value
from workflows.words import Availability, RefundStatus

RESOURCE = table_of(ResourceRecord)
REFUND = table_of(RefundRecord)
#: What a refund's row repeats of the payment; fixed with it.
REFUND_REPEATS = ("product", "currency", "provider", "account_id")
_OWN_NAMES: Final = [name for name in Resource.__struct_fields__ if name not in ("payment", "refund")]
#: What `to_resource` reads: the columns of the payment, of the resource itself and of its present refund, in the order
#: in which each of the three is made of them.
AS_READ: Final = [
    *(RESOURCE.c[name] for name in (*Payment.__struct_fields__, *_OWN_NAMES)),
    *(REFUND.c[name].label(f"refund__{name}") for name in Refund.__struct_fields__),
]
_PAYMENT: Final = slice(0, len(Payment.__struct_fields__))
_OWN: Final = slice(_PAYMENT.stop, _PAYMENT.stop + len(_OWN_NAMES))
_REFUND: Final = slice(_OWN.stop, len(AS_READ))
#: So many of its own values stand before its refund; the id before its payment is one of them.
_BEFORE_REFUND: Final = Resource.__struct_fields__.index("refund") - 1


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
    return {stored.resource.id: stored for stored in map(_to_stored, _LOADING.read(connection, ids))}


def _to_stored(values: Sequence[Any]) -> StoredResource:
    unresolved, before, before_minor, after, after_minor, expiry_due_at = values[len(AS_READ) :]
    seen = Outlook(Availability(before), before_minor, Availability(after), after_minor)
    return StoredResource(to_resource(values), unresolved, seen, expiry_due_at)


def to_resource(values: Sequence[Any]) -> Resource:
    """A resource from the values of the columns AS_READ; whatever follows them is not looked at."""
    own = values[_OWN]
    payment, refund = Payment(*values[_PAYMENT]), _to_refund(values)
    return Resource(*(own[0], payment, *own[1:_BEFORE_REFUND], refund, *own[_BEFORE_REFUND:]))


def to_row(one: StoredResource) -> dict[str, Any]:
    """All that is stored of a resource, by column, but for the reminder that may have been told already."""
    return {name: value(one) for name, value in _VALUES.items()}


def _to_refund(values: Sequence[Any]) -> Refund | None:
    id_, status, *rest = values[_REFUND]
    return None if id_ is None else Refund(id_, RefundStatus(status), *rest)


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


_LOADING: Final = Lookup(
    [
        *AS_READ,
        *(
            RESOURCE.c[name]
            for name in (
                "unresolved", "before_deadline", "before_minor", "from_deadline", "from_minor", "expiry_due_at",
            )
        ),
    ],
    "SELECT {columns} FROM resource LEFT JOIN refund ON refund.id = resource.refund_id WHERE resource.id {among}",
)  # fmt: skip
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
