"""The shapes of machines as data, for the OpenAPI document."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class WorkflowStart(BaseModel):
    """The event that puts a thing into its first state."""

    event: str
    to: str


class WorkflowState(BaseModel):
    """A state. `refundable`: a refund may be asked for here; `final`: a thing may stay here for ever."""

    key: str
    label: str
    mark: Literal["plain", "refundable", "refunding", "final"]


class WorkflowField(BaseModel):
    """A member of an event's data; `expects` says in words what it must be."""

    name: str
    expects: str
    required: bool
    default: Any


class WorkflowStep(BaseModel):
    """An arc as a step of a remedy: the reason given while it is missing, and the data that lets it pass."""

    missing: str
    data: dict[str, Any]


class WorkflowArc(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    event: str
    from_: str = Field(alias="from")
    to: str
    actor: str
    conditions: list[str] = Field(description="All of them must hold.")
    data: list[WorkflowField]
    step: WorkflowStep | None


class WorkflowRefundable(BaseModel):
    """A state in which a refund may be asked for: only entered before the deadline, or only in part, through review."""

    state: str
    by_deadline: bool
    partial: bool


class Workflow(BaseModel):
    """A machine: a product's lifecycle, or what stands `beside` it, its window and its refund."""

    key: str
    title: str
    kind: Literal["product", "refund", "window"]
    definition: str = Field(description="The content hash that stands in the rows of history it decided.")
    starts: list[WorkflowStart]
    states: list[WorkflowState]
    arcs: list[WorkflowArc]
    payment_data: list[WorkflowField] = Field(description="What `order.paid` must say beside what every payment says.")
    refundable: list[WorkflowRefundable]
    by_override: list[str] = Field(description="Further states from which an account manager may override a rule.")
    beside: list[str] = Field(description="The machines that live beside it.", examples=[["window", "refund"]])


class Workflows(BaseModel):
    items: list[Workflow]
    next: None
