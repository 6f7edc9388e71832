"""Since when a resource is in its state; refusals found by day; the definitions that have decided."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "machine_definition",
        sa.Column("hash", AutoString(), nullable=False),
        sa.Column("machine", AutoString(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("loaded_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    refused = sa.text("outcome = 'refused'")
    op.create_index("history_refused", "history", ["recorded_at"], sqlite_where=refused, postgresql_where=refused)
    op.add_column("resource", sa.Column("entered_at", UTCDateTime(), nullable=True))
    op.execute(
        "UPDATE resource SET entered_at = (SELECT occurred_at FROM history WHERE history.resource_id = resource.id "
        "AND (from_state IS NULL OR from_state <> to_state) ORDER BY seq DESC LIMIT 1)"
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite would have to write the whole table anew
        op.alter_column("resource", "entered_at", nullable=False)
