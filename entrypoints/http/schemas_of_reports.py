"""The shapes of reports, for the OpenAPI document."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from entrypoints.http.schemas import Money
from workflows.words import Availability, RefundStatus, Window


class Stand(BaseModel):
    product: str
    state: str
    state_label: str
    window: Window
    availability: Availability
    resources: int
    cash: Money
    amount: Money


class States(BaseModel):
    as_of: datetime
    items: list[Stand]


class Exposure(BaseModel):
    day: date | None
    product: str
    resources: int
    amount: Money


class Exposures(BaseModel):
    as_of: datetime
    items: list[Exposure]


class RefundMove(BaseModel):
    since: datetime
    product: str
    status: RefundStatus
    number: int
    amount: Money


class RefundMoves(BaseModel):
    as_of: datetime
    items: list[RefundMove]


class RefusalCount(BaseModel):
    since: datetime
    product: str
    reason: str
    number: int


class RefusalCounts(BaseModel):
    as_of: datetime
    items: list[RefusalCount]


class Dwell(BaseModel):
    product: str
    state: str
    resources: int
    median_seconds: float
    p95_seconds: float


class Dwells(BaseModel):
    as_of: datetime
    items: list[Dwell]


class Lateness(BaseModel):
    day: date
    windows: int
    median_seconds: float
    p95_seconds: float
    max_seconds: float


class Latenesses(BaseModel):
    as_of: datetime
    items: list[Lateness]
    kept_since: datetime | None = Field(default=None, description="What was recorded earlier is put away.")
