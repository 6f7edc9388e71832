"""The shapes of hooks and deliveries, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from service.hooks.deliveries import MOST_RESENT

_MEMBERS: dict[str, dict[str, Any]] = {
    "url": {"type": "string", "format": "uri", "maxLength": 2000, "description": "http or https, with a host."},
    "events": {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "default": ["*"],
        "description": "Types, prefixes such as `refund.*`, or `*`.",
        "examples": [["refund.*", "refund_window.expired"]],
    },
    "description": {"type": "string", "maxLength": 1000, "default": ""},
    "enabled": {"type": "boolean", "default": True},
}


class Hook(BaseModel):
    """Who is told of what. `failing_since` is the first failure since the last success."""

    id: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_reason: str | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime


class HookWithSecret(Hook):
    secret: str = Field(description="Shown in this answer only.", examples=["whsec_…"])


class Hooks(BaseModel):
    items: list[Hook]
    next: str | None


class ToldEvent(BaseModel):
    type: str
    timestamp: datetime
    data: dict[str, Any]


class DeliveryAttempt(BaseModel):
    """One try: the status it was answered with and the first KiB of the answer, or the error in their place."""

    started_at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    answer: str


class Delivery(BaseModel):
    id: str
    hook_id: str
    webhook_id: str
    resource_id: str
    type: str
    status: Literal["waiting", "delivered", "dead"]
    tries: int
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    event: ToldEvent
    attempts: list[DeliveryAttempt]


class Deliveries(BaseModel):
    items: list[Delivery]
    next: str | None


class Resent(BaseModel):
    resent: int = Field(description=f"How many are told again: {MOST_RESENT:,} at most, so ask until none is.")


def body(title: str, required: list[str]) -> dict[str, Any]:
    """What a request's body may hold, for its documentation."""
    schema: dict[str, Any] = {"type": "object", "title": title, "properties": _MEMBERS, "additionalProperties": False}
    if required:
        schema["required"] = required
    example = {"url": "https://example.com/hooks", "events": ["refund.*"], "description": "the ledger"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": bool(required), "content": content}}
