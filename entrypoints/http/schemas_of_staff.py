"""The shapes of waiting events, switches, notes and views, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from entrypoints.http.schemas import Reason

TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
QUERY: Final[dict[str, Any]] = {"type": "string", "maxLength": 2000, "examples": ["window=open&state=issued"]}
SWITCH: Final[dict[str, Any]] = {
    "kind": {"enum": ["provider", "product"]},
    "key": {"type": "string", "examples": ["stripe"]},
    "stop": {"type": "boolean"},
    "reason": TEXT,
}


class Received(BaseModel):
    """An event as it was told, and what has become of it; without `resolved_at` it still waits."""

    arrival: int = Field(description="The number under which it is found here.")
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    arrived_at: datetime
    data: dict[str, Any]
    outcome: Literal["applied", "refused", "parked", "dead", "discarded", "rejected"]
    reasons: list[Reason]
    detail: str | None
    resolved_at: datetime | None


class Inbox(BaseModel):
    items: list[Received]
    next: str | None


class Turning(BaseModel):
    """One turning of a kill switch."""

    kind: Literal["provider", "product"]
    key: str
    stop: bool
    actor: str
    reason: str
    changed_at: datetime


class Switches(BaseModel):
    """The switches that stand on stop, and the last turnings, newest first."""

    stopped: list[Turning]
    turnings: list[Turning]


class Note(BaseModel):
    resource_id: str
    author: str
    text: str
    written_at: datetime


class Notes(BaseModel):
    items: list[Note]
    next: str | None


class View(BaseModel):
    """A list of resources under a name; `query` holds its filters as they stand in the URL."""

    name: str
    query: str
    author: str
    saved_at: datetime


class Views(BaseModel):
    items: list[View]
    next: str | None


def body(members: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """What a request's body holds, for its documentation."""
    schema = {"type": "object", "properties": members, "required": required}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
