"""Events by what became of them, deliveries by how they stand, and what people decided, each found through an index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _partial("inbox_not_applied", "inbox", ["outcome", "arrival"], "outcome <> 'applied'")
    _partial("inbox_discarded", "inbox", ["resolved_at", "arrival"], "outcome = 'discarded'")
    _partial("delivery_waiting", "hook_delivery", ["hook_id", "due_at"], "status = 'waiting'")
    _partial("delivery_dead_by_hook", "hook_delivery", ["hook_id", "outbox_id"], "status = 'dead'")
    _partial("delivery_taken", "hook_delivery", ["hook_id", "finished_at"], "status = 'delivered'")
    by_people = "event IN ('refund.approved', 'refund.declined', 'refund.override_requested')"
    _partial("history_by_people", "history", ["recorded_at"], by_people)
    _partial("history_by_person", "history", ["actor", "recorded_at"], by_people)
    op.create_index("bulk_run_started", "bulk_run", ["started_at", "id"])


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
