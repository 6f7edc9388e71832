"""A resource: one purchased thing, as facts and instants.

Whether its window is open and whether it may be refunded is never stored here: both follow from these
facts and the instant asked about.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.instants import instant_text
from workflows.money import Money
from workflows.values import Value, field, replace
from workflows.words import RefundStatus

Facts = Mapping[str, Any]


class Payment(Value, frozen=True):
    """What was paid for the resource, and how; fixed once told. Amounts are minor units of `currency`."""

    product: str
    order_id: str
    account_id: str
    currency: str
    cash_minor: int
    coupon_minor: int
    provider: str
    reference: str
    promotion: str | None
    paid_at: datetime

    @property
    def fee_minor(self) -> int:
        return self.cash_minor + self.coupon_minor


class Refund(Value, frozen=True):
    """One attempt to give money back: how much (minor units), where to, and from which state it was asked.

    `note` is the reason given by who decided on it. `override`: it was asked for although a rule says no.
    """

    id: str
    status: RefundStatus
    amount_minor: int
    destination: str
    origin: str
    partial: bool
    requested_by: str
    requested_at: datetime
    decided_by: str | None = None
    note: str | None = None
    override: bool = False


class Resource(Value, frozen=True):
    """One purchased thing. `seq` counts its history rows; `head` is the hash of the last of them.

    `entered_at` is when what brought it into its present state happened.
    """

    id: str
    payment: Payment
    rules_version: str
    deadline_at: datetime
    late_until: datetime
    state: str
    entered_at: datetime
    facts: Facts = field(default_factory=dict)
    remedied_at: datetime | None = None
    claimed_at: datetime | None = None
    expired: bool = False
    last_use: str | None = None
    refund: Refund | None = None
    seq: int = 0
    head: str = ""

    def money(self, minor: int) -> Money:
        return Money(self.payment.currency, minor)

    def answers_as(self, other: "Resource") -> bool:
        """Whether it differs from another state of itself only in what changes no answer.

        That is how many rows there are, and that the end of the window is among them.
        """
        return replace(self, expired=other.expired, seq=other.seq, head=other.head) == other

    def lapsed(self) -> "Resource":
        """The resource with the end of its window recorded."""
        return replace(self, expired=True)

    def used(self, state: str, facts: Facts, remedied_at: datetime | None, last_use: str) -> "Resource":
        """The resource after a use event."""
        return replace(self, state=state, facts=facts, remedied_at=remedied_at, last_use=last_use)

    def recorded(self, seq: int, head: str, entered_at: datetime) -> "Resource":
        """The resource behind a further row of its history."""
        return replace(self, seq=seq, head=head, entered_at=entered_at)


#: What a history row may change; everything else of a resource is fixed by its payment.
CHANGING = ("facts", "remedied_at", "claimed_at", "expired", "last_use", "refund")
_INSTANTS = frozenset({"remedied_at", "claimed_at"})


def changes(before: Resource, after: Resource) -> dict[str, Any]:
    """What differs from `before` to `after`, as JSON values; the state is a column of its own in history."""
    found: dict[str, Any] = {}
    for name in CHANGING:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            found[name] = _to_json(name, new)
    return found


def birth(resource: Resource) -> dict[str, Any]:
    """The changes of a resource's first row: all of it."""
    payment = {name: getattr(resource.payment, name) for name in Payment.__struct_fields__}
    return {
        "payment": payment | {"paid_at": instant_text(resource.payment.paid_at)},
        "rules_version": resource.rules_version,
        "deadline_at": instant_text(resource.deadline_at),
        "late_until": instant_text(resource.late_until),
        "facts": dict(resource.facts),
    }


def whole(resource: Resource) -> dict[str, Any]:
    """All of a resource but its state, its number of rows and its head, as JSON values: what its opening holds."""
    changing = {name: _to_json(name, getattr(resource, name)) for name in CHANGING}
    return birth(resource) | {"entered_at": instant_text(resource.entered_at)} | changing


def refund_to_json(refund: Refund) -> dict[str, Any]:
    values = {name: getattr(refund, name) for name in Refund.__struct_fields__}
    return values | {"status": refund.status.value, "requested_at": instant_text(refund.requested_at)}


def refund_from_json(value: Mapping[str, Any]) -> Refund:
    return Refund(
        **{
            **value,
            "status": RefundStatus(value["status"]),
            "requested_at": datetime.fromisoformat(value["requested_at"]),
        }
    )


def _to_json(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS:
        return instant_text(value)
    if name == "refund":
        return refund_to_json(value)
    return dict(value) if name == "facts" else value
