"""The shapes of simulations, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from entrypoints.http.schemas import Eligibility, Money, Reason
from workflows.words import Availability, Outcome, RefundStatus, Window

KindName = Literal["refunded", "under_way", "in_review", "possible", "refused", "unavailable"]
TurnName = Literal["illegal", "stranded", "otherwise"]


class ToldRow(BaseModel):
    seq: int
    event: str
    at: datetime
    outcome: Outcome
    from_: str | None = Field(alias="from")
    to: str
    reasons: list[Reason]


class UnfittingEvent(BaseModel):
    event: str
    at: datetime


class RetoldLife(BaseModel):
    """The stored life under the supposed rules. `dropped`: words about refunds that there is no refund for in it."""

    rows: list[ToldRow]
    dropped: list[ToldRow]
    unfitting: list[UnfittingEvent]


class TraceStep(BaseModel):
    """What became of one event. `waited`: it had been parked, and the event before it let it in."""

    event: str
    at: datetime
    outcome: Outcome
    waited: bool
    from_: str = Field(alias="from")
    to: str
    reasons: list[Reason]
    detail: str | None
    availability: Availability
    amount: Money | None
    window: Window
    deadline_at: datetime
    refund_status: RefundStatus | None


class Answers(BaseModel):
    """The answer as it really is, and as it is supposed; null where there was no payment by then."""

    at: datetime
    now: Eligibility | None
    if_: Eligibility | None = Field(alias="if")


class Simulation(BaseModel):
    resource_id: str
    retold: RetoldLife | None
    trace: list[TraceStep]
    answers: list[Answers]


class UpshotShape(BaseModel):
    """How a life came out. `refused_for`: the codes for which its last refused request was refused."""

    kind: KindName
    amount: Money
    availability: Availability
    deadline_at: datetime
    refused_for: list[str]


class Compared(BaseModel):
    resource_id: str
    product: str
    account_id: str
    order_id: str
    paid_at: datetime
    currency: str
    turn: TurnName | None
    before: UpshotShape
    after: UpshotShape


class ChangeOfKind(BaseModel):
    before: KindName
    after: KindName
    resources: int


class SideBySide(BaseModel):
    before: Money
    after: Money
    difference_minor: int


class MoneySideBySide(BaseModel):
    refunded: SideBySide
    under_way: SideBySide
    in_review: SideBySide
    still_refundable: SideBySide


class CohortResult(BaseModel):
    resources: int
    changed: int
    deadlines_moved: int
    turns: dict[TurnName, int]
    kinds: list[ChangeOfKind]
    money: dict[str, MoneySideBySide]
    examples: list[Compared]


class RulesShape(BaseModel):
    version: str
    effective_from: datetime
    settings: dict[str, Any]


class SettingDifference(BaseModel):
    setting: str
    before: Any
    after: Any


class Verdict(BaseModel):
    """`findings` are what to look at before loading; `fine` where there are none."""

    fine: bool
    findings: list[str]
    rules: RulesShape
    in_force: str
    known: bool
    conflict: str | None
    differences: list[SettingDifference]
    paid_before_loading: int
    taken_by_payments_from: datetime
    since: datetime
    population: CohortResult


_INSTANT: Final = {"type": "string", "format": "date-time"}
_RULES: Final[dict[str, Any]] = {
    "rules": {"type": "string", "description": "The supposed rules, as TOML."},
    "rules_version": {"type": "string", "description": "A version that is kept."},
    "set": {
        "type": "object",
        "description": "The version in force with settings changed; null takes one away.",
        "examples": [{"window.days": 14}],
    },
}
_EXAMPLES: Final = {"type": "integer", "minimum": 0, "maximum": 100, "default": 5}


def _body(title: str, properties: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "title": title, "properties": properties, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


SUPPOSITION: Final = _body(
    "Supposition",
    {
        "resource_id": {"type": "string", "description": "A resource there is; or else `payment`."},
        "payment": {"type": "object", "description": "The data of `order.paid`, and its `time`."},
        "events": {
            "type": "array",
            "maxItems": 200,
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "time": _INSTANT,
                    "data": {"type": "object"},
                    "arrived_at": _INSTANT,
                },
            },
            "description": "Told in this order; words about the refund, such as `refund.succeeded`, are taken too.",
        },
        "facts": {"type": "object", "examples": [{"consumed": 60}]},
        "at": {"oneOf": [_INSTANT, {"type": "array", "items": _INSTANT, "maxItems": 50}]},
        **_RULES,
    },
    {
        "resource_id": "cert-1001",
        "events": [{"type": "refund.requested", "time": "2026-03-12T09:00:00Z"}],
        "set": {"window.days": 14},
    },
)
INQUIRY: Final = _body(
    "Inquiry",
    {
        **_RULES,
        "cohort": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "since": _INSTANT | {"description": "Paid then or later."},
                "until": _INSTANT | {"description": "Paid before."},
                "product": {"type": "string"},
                "account_id": {"type": "string"},
                "promotion": {"type": "string"},
                "currency": {"type": "string"},
                "limit": {"type": "integer", "minimum": 1},
            },
        },
        "examples": _EXAMPLES,
    },
    {"set": {"window.days": 14}, "cohort": {"since": "2026-01-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}},
)
RULES_CHECK: Final = _body(
    "RulesCheck",
    {"rules": {"type": "string", "description": "The new rules, as TOML."}, "since": _INSTANT, "examples": _EXAMPLES},
    {"rules": 'version = "2026-07"\neffective_from = 2026-07-01T00:00:00Z\n[window]\ndays = 14\n'},
)
