"""Refunds narrowed and leafed through in the order of their asking; what is still to be done about one resource."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0014"
down_revision = "0013"
REPEATED = ("product", "currency", "provider", "account_id")


def upgrade() -> None:
    for name in REPEATED:
        op.add_column("refund", sa.Column(name, AutoString(), nullable=False, server_default=""))
    payment = ", ".join(f"{name} = resource.{name}" for name in REPEATED)
    op.execute(f"UPDATE refund SET {payment} FROM resource WHERE resource.id = refund.resource_id")
    narrowing = ["product", "currency", "provider"]
    op.drop_index("refund_by_status", "refund")
    op.create_index("refund_by_status", "refund", ["status", "requested_at", "id", *narrowing])
    op.create_index("refund_by_request", "refund", ["requested_at", "id", "status", *narrowing])
    op.create_index("refund_by_account", "refund", ["account_id", "requested_at", "id", "status", *narrowing])
    undone = sa.text("done_at IS NULL")
    op.create_index("outbox_of_resource", "outbox", ["resource_id"], sqlite_where=undone, postgresql_where=undone)
