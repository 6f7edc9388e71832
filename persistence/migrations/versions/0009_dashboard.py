"""Resources listed in order of deadline, payment or amount, and found by how their names begin; a resource's deliveries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.drop_index("resource_by_deadline", "resource")
    op.create_index("resource_by_deadline", "resource", ["deadline_at", "id"])
    op.create_index("resource_by_payment", "resource", ["paid_at", "id"])
    op.create_index("resource_by_cash", "resource", ["currency", "cash_minor", "id"])
    for name, column in (("resource_by_order", "order_id"), ("resource_by_account", "account_id")):
        if op.get_bind().dialect.name == "postgresql":  # on SQLite it serves prefixes as it is
            op.drop_index(name, "resource")
            op.create_index(name, "resource", [column], **_by_prefix(column))
    op.create_index("resource_by_id_prefix", "resource", ["id"], **_by_prefix("id"))
    uncounted = sa.text("before_minor IS NULL")
    op.create_index("resource_uncounted", "resource", ["id"], sqlite_where=uncounted, postgresql_where=uncounted)
    op.create_index("refund_by_id_prefix", "refund", ["id"], **_by_prefix("id"))
    op.create_index("delivery_by_resource", "hook_delivery", ["resource_id", "outbox_id"])


def _by_prefix(column: str) -> dict[str, Any]:
    return {"postgresql_ops": {column: "text_pattern_ops"}}
