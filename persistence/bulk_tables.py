"""The tables of refunds asked for in bulk: what was previewed, and what became of each resource."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, false
from sqlmodel import Field, SQLModel

from persistence.tables import one_of, partial

#: What asking for a resource comes to. `failed`: asking broke down, and nothing was recorded of it.
BULK_OUTCOMES: Final = ("at_once", "in_review", "refused", "failed")


class BulkRunRecord(SQLModel, table=True):
    """A selection of resources as it was previewed; with an actor and a key, their refunds are asked for.

    `digest` is that of the ids in their order. `preview` holds the totals that were foreseen, `done` those so far.
    `wanted` is the filter by which it is still being previewed; `at_work`: the service goes on with it by itself.
    """

    __tablename__ = "bulk_run"
    __table_args__ = (
        CheckConstraint(
            "(started_at IS NULL) = (actor IS NULL) AND (started_at IS NULL) = (key IS NULL)",
            name="bulk_run_started_by_somebody",
        ),
        CheckConstraint("finished_at IS NULL OR started_at IS NOT NULL", name="bulk_run_started_before_finished"),
        Index("bulk_run_once", "actor", "key", unique=True),
        Index("bulk_run_started", "started_at", "id"),
        Index("bulk_run_by_time", "as_of", "id"),
        partial("bulk_run_at_work", "id", where="at_work"),
        partial("bulk_run_previewed", "as_of", where="started_at IS NULL"),
    )

    id: str = Field(primary_key=True)
    selection: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    as_of: datetime
    count: int
    digest: str
    previewed_by: str
    preview: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    done: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    actor: str | None = None
    key: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    wanted: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    at_work: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class BulkResultRecord(SQLModel, table=True):
    """One resource of a run: what was foreseen of it, and once it was asked for, what became of it."""

    __tablename__ = "bulk_result"
    __table_args__ = (
        CheckConstraint(one_of("foreseen", BULK_OUTCOMES), name="bulk_result_foreseen_known"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', BULK_OUTCOMES)}", name="bulk_result_outcome_known"),
        Index("bulk_result_by_outcome", "run_id", "outcome", "position"),
        Index("bulk_result_foreseen", "run_id", "foreseen", "position"),
        partial("bulk_result_waiting", "run_id", "position", where="outcome IS NULL"),
    )

    run_id: str = Field(primary_key=True, foreign_key="bulk_run.id")
    position: int = Field(primary_key=True)
    resource_id: str
    foreseen: str
    outcome: str | None = None
    refund_id: str | None = None
    currency: str | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    reasons: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    asked_at: datetime | None = None
