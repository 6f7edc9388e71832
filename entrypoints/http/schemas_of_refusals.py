"""The shapes of answers about refusals, for the OpenAPI document."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from entrypoints.http.schemas import HistoryRow


class Refusal(HistoryRow):
    """A refusal, with every reason for it, and what it is about."""

    resource_id: str
    product: str
    order_id: str
    account_id: str


class Refusals(BaseModel):
    items: list[Refusal]
    next: str | None
    kept_since: datetime | None = Field(default=None, description="What was recorded earlier is put away.")


class RefusalCount(BaseModel):
    """How many refusals share these values; of what they are not counted by there is nothing here."""

    reason: str | None = None
    product: str | None = None
    account: str | None = None
    day: date | None = Field(default=None, description="A day of UTC.")
    refusals: int
    requests: int = Field(description="How many of them were requests for a refund.")
    example: str | None = Field(description="One sentence of the reason, where refusals are counted by it.")


class RefusalCounts(BaseModel):
    """The largest groups. A refusal with several reasons is counted with each of them, and once in `refusals`."""

    by: list[str]
    refusals: int = Field(description="How many refusals there are in all.")
    requests: int = Field(description="How many of them were requests for a refund.")
    groups: int = Field(description="How many groups there are in all.")
    items: list[RefusalCount]
    kept_since: datetime | None = Field(default=None, description="What was recorded earlier is put away.")
