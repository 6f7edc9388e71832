"""Deliveries that were given up, found by when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    dead = sa.text("status = 'dead'")
    op.create_index("delivery_dead", "hook_delivery", ["finished_at"], sqlite_where=dead, postgresql_where=dead)
