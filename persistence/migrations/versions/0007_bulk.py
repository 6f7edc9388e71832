"""Refunds asked for in bulk: what was previewed, and what became of each resource."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0007"
down_revision = "0006"
OUTCOMES = "('at_once', 'in_review', 'refused', 'failed')"


def upgrade() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("as_of", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("previewed_by", AutoString(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("actor", AutoString(), nullable=True),
        sa.Column("key", AutoString(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(started_at IS NULL) = (actor IS NULL) AND (started_at IS NULL) = (key IS NULL)",
            name="bulk_run_started_by_somebody",
        ),
        sa.CheckConstraint("finished_at IS NULL OR started_at IS NOT NULL", name="bulk_run_started_before_finished"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bulk_run_once", "bulk_run", ["actor", "key"], unique=True)
    _partial_index("bulk_run_previewed", "bulk_run", ["as_of"], "started_at IS NULL")
    op.create_table(
        "bulk_result",
        sa.Column("run_id", AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("foreseen", AutoString(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=True),
        sa.Column("refund_id", AutoString(), nullable=True),
        sa.Column("currency", AutoString(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(f"foreseen IN {OUTCOMES}", name="bulk_result_foreseen_known"),
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="bulk_result_outcome_known"),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"]),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    _partial_index("bulk_result_waiting", "bulk_result", ["run_id", "position"], "outcome IS NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
