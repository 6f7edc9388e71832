"""Bulk runs are found by when they were previewed, and by whether the service has to go on with them by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("bulk_run", sa.Column("wanted", sa.JSON(), nullable=True))
    op.add_column("bulk_run", sa.Column("at_work", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("bulk_run_by_time", "bulk_run", ["as_of", "id"])
    at_work = sa.text("at_work")
    op.create_index("bulk_run_at_work", "bulk_run", ["id"], sqlite_where=at_work, postgresql_where=at_work)
    op.create_index("bulk_result_by_outcome", "bulk_result", ["run_id", "outcome", "position"])
    op.create_index("bulk_result_foreseen", "bulk_result", ["run_id", "foreseen", "position"])
