"""Running sums, and the amounts of a resource's answer on either side of its deadline."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "tally",
        *_counted(),
        sa.PrimaryKeyConstraint(
            "kind", "product", "state", "currency", "before_deadline", "from_deadline", "claimed", "hour"
        ),
    )
    op.create_index("tally_by_hour", "tally", ["kind", "hour"])
    op.create_table(
        "tally_delta",
        *_counted(),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("before_minor", "from_minor"):
        op.add_column("resource", sa.Column(name, sa.BigInteger(), nullable=True))
    op.drop_index("resource_by_product_state", "resource")
    op.create_index("resource_by_product_state", "resource", ["product", "state", "entered_at"])
    recorded = sa.text("event = 'refund_window.expired'")
    op.create_index("history_expired", "history", ["recorded_at"], sqlite_where=recorded, postgresql_where=recorded)


def _counted() -> list[sa.Column[object]]:
    return [
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("product", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("currency", AutoString(), nullable=False),
        sa.Column("before_deadline", AutoString(), nullable=False),
        sa.Column("from_deadline", AutoString(), nullable=False),
        sa.Column("claimed", sa.Boolean(), nullable=False),
        sa.Column("hour", UTCDateTime(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("before_minor", sa.BigInteger(), nullable=False),
        sa.Column("from_minor", sa.BigInteger(), nullable=False),
    ]
