"""The shapes of bulk answers and runs, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from entrypoints.http.filters import NAMES
from entrypoints.http.schemas import Eligibility, Money, Reason

_SELECTION: Final[dict[str, Any]] = {
    "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 10_000},
    "filter": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in NAMES},
        "minProperties": 1,
        "additionalProperties": False,
        "description": "As in `GET /v1/resources`.",
        "examples": [{"account_id": "acct-7", "availability": "available"}],
    },
}


class Group(BaseModel):
    count: int
    money: list[Money]


class Totals(BaseModel):
    """How many of each kind, their money by currency, and of how many resources each reason was said."""

    count: int
    groups: dict[str, Group]
    reasons: dict[str, int]


class Eligibilities(BaseModel):
    totals: Totals | None
    unknown: list[str] = Field(description="Ids that no payment is known for.")
    unjudged: list[str] = Field(description="Ids that only an earlier definition could judge.")
    items: list[Eligibility]
    next: str | None


class Run(BaseModel):
    """A selection as it was previewed, and what asking for its refunds has come to.

    `digest` is the SHA-256 of the ids, one a line. Groups are `at_once`, `in_review`, `refused` and `failed`; what
    only an earlier definition could judge is `failed` from the start, and not asked for. `judging`: the preview is
    still being made.
    """

    id: str
    token: str
    status: Literal["judging", "previewed", "running", "finished"]
    selection: dict[str, Any]
    as_of: datetime
    count: int
    digest: str
    previewed_by: str
    preview: Totals
    requested_by: str | None
    started_at: datetime | None
    finished_at: datetime | None
    done: Totals


class Item(BaseModel):
    """One resource of a run. Until it is asked for, amount and reasons are those that were foreseen."""

    resource_id: str
    foreseen: Literal["at_once", "in_review", "refused", "failed"]
    outcome: Literal["at_once", "in_review", "refused", "failed"] | None
    refund_id: str | None
    amount: Money | None
    reasons: list[Reason]
    asked_at: datetime | None


class RunWithItems(Run):
    items: list[Item]
    next: str | None


def _body(members: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": members, "required": required}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


SELECTION_BODY: Final = _body(_SELECTION, [])
REFUNDS_BODY: Final = _body(
    {
        "dry_run": {"type": "boolean"},
        "token": {"type": "string", "description": "That of a preview; in place of ids or filter."},
        "most": {"type": "integer", "minimum": 1, "maximum": 5000, "default": 5000},
        **_SELECTION,
    },
    ["dry_run"],
)
