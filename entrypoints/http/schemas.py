"""The shapes of answers, for the OpenAPI document and for anyone who reads it."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from workflows.words import Availability, Outcome, RefundStatus, Window

CLOUD_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "CloudEvent",
    "required": ["specversion", "id", "source", "type", "subject"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 256},
        "source": {"type": "string", "minLength": 1, "maxLength": 256},
        "type": {"type": "string", "minLength": 1, "maxLength": 256},
        "subject": {"type": "string", "minLength": 1, "maxLength": 256, "description": "The resource id."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened; missing: on arrival."},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object"},
    },
}
PAYMENT_EXAMPLE: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "order-1001-paid",
    "source": "/shop",
    "type": "order.paid",
    "subject": "cert-1001",
    "time": "2026-03-01T10:00:00Z",
    "data": {
        "order_id": "order-1001",
        "account_id": "acct-7",
        "product": "ssl_certificate",
        "currency": "USD",
        "cash_paid": "1.60",
        "coupon_paid": "0.00",
        "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
    },
}


class Reason(BaseModel):
    code: str
    message: str
    facts: dict[str, Any]


class Problem(BaseModel):
    """An error after RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    reasons: list[Reason] | None = None


class Money(BaseModel):
    currency: str = Field(examples=["USD"])
    minor: int = Field(description="Whole minor units.", examples=[160])
    value: str = Field(description="Major units.", examples=["1.60"])


class Step(BaseModel):
    event: str
    actor: str
    before: datetime | None


class Eligibility(BaseModel):
    resource_id: str
    product: str
    state: str
    as_of: datetime
    availability: Availability
    amount: Money | None
    destination: str | None
    deadline_at: datetime
    window: Window
    reasons: list[Reason]
    remedy: list[Step]
    rules_version: str


class Result(BaseModel):
    id: str | None
    source: str | None
    outcome: Outcome
    resource_id: str | None
    state: str | None
    reasons: list[Reason]
    detail: str | None = None


class Results(BaseModel):
    results: list[Result]


class Notice(BaseModel):
    """A provider's notice that was taken in; `before` where it had been already."""

    refund_id: str
    reply: str
    before: bool


class Notices(BaseModel):
    results: list[Notice]


class HistoryRow(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    seq: int
    event: str
    outcome: Literal["applied", "refused"]
    from_: str | None = Field(alias="from")
    to: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: str
    event_id: str
    reasons: list[Reason]
    definition: str
    previous_hash: str
    hash: str


class History(BaseModel):
    """A page of a history. Where its first rows were put away it begins with `history.put_away`; `put_away` says so."""

    items: list[HistoryRow]
    next: str | None
    put_away: str | None = None


class NextEvent(BaseModel):
    event: str
    to: str
    actor: str


class UnresolvedEvent(BaseModel):
    id: str
    source: str
    type: str
    time: datetime
    arrived_at: datetime
    outcome: Literal["parked", "dead"]
    reasons: list[Reason]
    detail: str | None


class Attempt(BaseModel):
    """One call to a provider: `send` pays, `ask` only asks, `told` came by itself. Without a reply it may be lost."""

    kind: Literal["send", "ask", "told"]
    destination: str
    key: str
    started_at: datetime
    answered_at: datetime | None
    reply: str | None


class PaidMoney(BaseModel):
    cash: Money
    coupon: Money
    fee: Money


class Refund(BaseModel):
    """One attempt to give money back. `note` is the reason given by who decided on it."""

    id: str
    resource_id: str
    order_id: str
    account_id: str
    product: str
    status: RefundStatus
    amount: Money
    destination: str
    partial: bool
    override: bool
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    note: str | None
    attempts: list[Attempt] | None = None


class Refunds(BaseModel):
    items: list[Refund]
    next: str | None


class Action(BaseModel):
    """A wish that a step be taken; `actor` is whose it is to take, `data` what lets it pass."""

    action_id: str
    event: str
    actor: str
    data: dict[str, Any]
    requested_by: str
    resource_id: str
    product: str
    order_id: str
    account_id: str
    state: str


class Credit(BaseModel):
    refund_id: str
    resource_id: str
    amount: Money
    credited_at: datetime


class Balance(BaseModel):
    account_id: str
    balance: list[Money]
    credits: list[Credit]


class OrderResult(BaseModel):
    resource_id: str
    outcome: Outcome
    refund: Refund | None
    reasons: list[Reason]


class OrderRefunds(BaseModel):
    order_id: str
    results: list[OrderResult]


class Summary(BaseModel):
    """A resource as it stands in a list."""

    id: str
    product: str
    state: str
    state_label: str
    order_id: str
    account_id: str
    money: PaidMoney
    paid_at: datetime
    deadline_at: datetime
    window: Window
    availability: Availability
    rules_version: str


class Resource(Summary):
    promotion: str | None
    facts: dict[str, Any]
    refund: Refund | None
    next_events: list[NextEvent]
    unresolved_events: list[UnresolvedEvent]
    history_length: int


class Order(BaseModel):
    order_id: str
    status: Literal["paid", "partly_refunded", "refunded"]
    resources: list[Summary]


class Resources(BaseModel):
    items: list[Summary]
    next: str | None


class Clock(BaseModel):
    now: datetime


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for its documentation."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"content": {"application/problem+json": {"schema": schema}}, "model": Problem} for status in statuses
    }
