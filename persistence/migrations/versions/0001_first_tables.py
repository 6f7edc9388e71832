"""The first tables, and the triggers that keep history as it was written."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None


#: Tables that only grow, each with what tells a row that would take the place of one that is there.
UNCHANGING = {
    "history": "resource_id = NEW.resource_id AND seq = NEW.seq",
    "rules_version": "version = NEW.version OR effective_from = NEW.effective_from",
}


def upgrade() -> None:
    _create_tables()
    for table in UNCHANGING:
        for statement in _refusing_change(table, op.get_bind().dialect.name):
            op.execute(statement)


def _refusing_change(table: str, dialect: str) -> list[str]:
    """Statements after which the database itself refuses to change or delete a row of the table.

    SQLite's INSERT OR REPLACE deletes without asking the trigger for deletes; so it is caught as an insert.
    """
    if dialect == "sqlite":
        replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {UNCHANGING[table]})"
        return [
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for name, verb, when in (
                ("update", "UPDATE", ""),
                ("delete", "DELETE", ""),
                ("replace", "INSERT", replaced),
            )
        ]
    return [
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()",
    ]


def _create_tables() -> None:
    op.create_table(
        "answered_request",
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("path", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("body_digest", AutoString(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "path", "key"),
    )
    op.create_table(
        "inbox",
        sa.Column("arrival", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("time", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("fingerprint", AutoString(), nullable=False),
        sa.Column("arrived_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("detail", AutoString(), nullable=True),
        sa.Column("waited", sa.Boolean(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(resolved_at IS NULL) = (outcome IN ('parked', 'dead'))", name="inbox_resolved_or_waiting"),
        sa.CheckConstraint(
            "outcome IN ('applied', 'refused', 'parked', 'dead', 'discarded', 'rejected')", name="inbox_outcome_known"
        ),
        sa.PrimaryKeyConstraint("arrival"),
    )
    op.create_index(
        "inbox_parked",
        "inbox",
        ["arrived_at"],
        unique=False,
        sqlite_where=sa.text("outcome = 'parked'"),
        postgresql_where=sa.text("outcome = 'parked'"),
    )
    op.create_index(
        "inbox_told_once",
        "inbox",
        ["source", "event_id"],
        unique=True,
        sqlite_where=sa.text("outcome <> 'rejected'"),
        postgresql_where=sa.text("outcome <> 'rejected'"),
    )
    op.create_index(
        "inbox_waited",
        "inbox",
        ["subject"],
        unique=False,
        sqlite_where=sa.text("waited"),
        postgresql_where=sa.text("waited"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", AutoString(), nullable=True),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('notify', 'pay', 'ask', 'review')", name="outbox_kind_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["kind", "due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "product_state",
        sa.Column("product", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("product", "state"),
    )
    op.create_table(
        "rules_version",
        sa.Column("version", AutoString(), nullable=False),
        sa.Column("effective_from", UTCDateTime(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("loaded_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        sa.UniqueConstraint("effective_from"),
    )
    op.create_table(
        "sandbox_payout",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("first_called_at", UTCDateTime(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "resource",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("product", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("order_id", AutoString(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=False),
        sa.Column("currency", AutoString(), nullable=False),
        sa.Column("cash_minor", sa.BigInteger(), nullable=False),
        sa.Column("coupon_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_out_minor", sa.BigInteger(), nullable=False),
        sa.Column("provider", AutoString(), nullable=False),
        sa.Column("reference", AutoString(), nullable=False),
        sa.Column("promotion", AutoString(), nullable=True),
        sa.Column("paid_at", UTCDateTime(), nullable=False),
        sa.Column("rules_version", AutoString(), nullable=False),
        sa.Column("deadline_at", UTCDateTime(), nullable=False),
        sa.Column("late_until", UTCDateTime(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("remedied_at", UTCDateTime(), nullable=True),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("expired", sa.Boolean(), nullable=False),
        sa.Column("last_use", AutoString(), nullable=True),
        sa.Column("refund_id", AutoString(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", AutoString(), nullable=False),
        sa.Column("unresolved", sa.Integer(), nullable=False),
        sa.Column("before_deadline", AutoString(), nullable=False),
        sa.Column("from_deadline", AutoString(), nullable=False),
        sa.Column("expiry_due_at", UTCDateTime(), nullable=True),
        sa.Column("reminder_due_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "before_deadline IN ('available', 'action_required', 'review_required', 'in_progress', 'refunded', 'unavailable')",
            name="resource_before_deadline_known",
        ),
        sa.CheckConstraint(
            "from_deadline IN ('available', 'action_required', 'review_required', 'in_progress', 'refunded', 'unavailable')",
            name="resource_from_deadline_known",
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'verifying', 'validation_failed', 'issued', 'revoking', 'revoked', 'reset', 'refunding', 'refunded')",
            name="resource_state_known",
        ),
        sa.CheckConstraint("cash_minor >= 0 AND coupon_minor >= 0", name="resource_money_positive"),
        sa.CheckConstraint(
            "paid_out_minor >= 0 AND paid_out_minor <= cash_minor", name="resource_paid_out_within_cash"
        ),
        sa.CheckConstraint("seq >= 1 AND unresolved >= 0", name="resource_counts_positive"),
        sa.ForeignKeyConstraint(
            ["product", "state"], ["product_state.product", "product_state.state"], name="resource_state_of_product"
        ),
        sa.ForeignKeyConstraint(
            ["rules_version"],
            ["rules_version.version"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("resource_by_account", "resource", ["account_id"], unique=False)
    op.create_index("resource_by_deadline", "resource", ["deadline_at"], unique=False)
    op.create_index("resource_by_order", "resource", ["order_id"], unique=False)
    op.create_index("resource_by_product_state", "resource", ["product", "state"], unique=False)
    op.create_index(
        "resource_expiry_due",
        "resource",
        ["expiry_due_at"],
        unique=False,
        sqlite_where=sa.text("expiry_due_at IS NOT NULL"),
        postgresql_where=sa.text("expiry_due_at IS NOT NULL"),
    )
    op.create_index(
        "resource_reminder_due",
        "resource",
        ["reminder_due_at"],
        unique=False,
        sqlite_where=sa.text("reminder_due_at IS NOT NULL"),
        postgresql_where=sa.text("reminder_due_at IS NOT NULL"),
    )
    op.create_table(
        "history",
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", AutoString(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=False),
        sa.Column("from_state", AutoString(), nullable=True),
        sa.Column("to_state", AutoString(), nullable=False),
        sa.Column("occurred_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("definition", AutoString(), nullable=False),
        sa.Column("previous_hash", AutoString(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.CheckConstraint("outcome IN ('applied', 'refused')", name="history_outcome_known"),
        sa.CheckConstraint(
            "to_state IN ('pending', 'verifying', 'validation_failed', 'issued', 'revoking', 'revoked', 'reset', 'refunding', 'refunded')",
            name="history_state_known",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
        ),
        sa.PrimaryKeyConstraint("resource_id", "seq"),
    )
    op.create_table(
        "refund",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("destination", AutoString(), nullable=False),
        sa.Column("origin", AutoString(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("requested_by", AutoString(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", AutoString(), nullable=True),
        sa.Column("note", AutoString(), nullable=True),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('in_review', 'approved', 'declined', 'processing', 'in_doubt', 'succeeded', 'failed', 'reversed')",
            name="refund_status_known",
        ),
        sa.CheckConstraint("amount_minor >= 0", name="refund_amount_positive"),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("refund_by_resource", "refund", ["resource_id"], unique=False)
    op.create_index("refund_by_status", "refund", ["status"], unique=False)
    op.create_index(
        "refund_one_open",
        "refund",
        ["resource_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('in_review', 'approved', 'processing', 'in_doubt')"),
        postgresql_where=sa.text("status IN ('in_review', 'approved', 'processing', 'in_doubt')"),
    )
    op.create_index(
        "refund_one_paid",
        "refund",
        ["resource_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('succeeded', 'reversed')"),
        postgresql_where=sa.text("status IN ('succeeded', 'reversed')"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("refund_id", AutoString(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("destination", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("reply", AutoString(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=True),
        sa.CheckConstraint("kind IN ('send', 'ask', 'told')", name="attempt_kind_known"),
        sa.CheckConstraint("(reply IS NULL) = (answered_at IS NULL)", name="attempt_answered_or_not"),
        sa.ForeignKeyConstraint(
            ["refund_id"],
            ["refund.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempt_by_refund", "attempt", ["refund_id"], unique=False)
    op.create_table(
        "balance_credit",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("account_id", AutoString(), nullable=False),
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("refund_id", AutoString(), nullable=False),
        sa.Column("currency", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("credited_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="credit_amount_positive"),
        sa.ForeignKeyConstraint(
            ["refund_id"],
            ["refund.id"],
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("refund_id"),
    )
    op.create_index("credit_by_account", "balance_credit", ["account_id"], unique=False)
