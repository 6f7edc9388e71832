"""Outgoing hooks: subscriptions, deliveries, attempts."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("description", AutoString(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", AutoString(), nullable=True),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("enabled OR disabled_reason IS NOT NULL", name="hook_disabled_for_a_reason"),
        sa.PrimaryKeyConstraint("id"),
    )
    _create_deliveries()
    op.create_table(
        "hook_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", AutoString(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", AutoString(), nullable=True),
        sa.Column("answer", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["hook_delivery.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hook_attempt_by_delivery", "hook_attempt", ["delivery_id"], unique=False)


def _create_deliveries() -> None:
    op.create_table(
        "hook_delivery",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("hook_id", AutoString(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_id", AutoString(), nullable=False),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("lease", AutoString(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'delivered', 'dead')", name="delivery_status_known"),
        sa.CheckConstraint("(finished_at IS NULL) = (status = 'waiting')", name="delivery_finished_or_waiting"),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hook_id", "outbox_id", name="delivery_once_per_hook"),
    )
    for name, columns in (("delivery_due", ["due_at"]), ("delivery_order", ["hook_id", "resource_id", "outbox_id"])):
        waiting = sa.text("status = 'waiting'")
        op.create_index(name, "hook_delivery", columns, unique=False, sqlite_where=waiting, postgresql_where=waiting)
