"""History, inbox and outbox by month on PostgreSQL; told ids in a table of their own, which has no months, on both.

A table is copied row by row into its successor, which takes over its name, checks, keys, indexes, triggers and grants.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0017"
down_revision = "0016"

#: Of each table what it is partitioned by, what numbers its rows, and its key.
MONTHLY = {
    "history": ("recorded_at", None, "resource_id, seq, recorded_at"),
    "inbox": ("arrived_at", "arrival", "arrival, arrived_at"),
    "outbox": ("created_at", "id", "id, created_at"),
}
#: The only view that reads one of them.
VIEW = "ops_waiting"
MONTHS_AHEAD = 3
GRANTS = sa.text(
    "SELECT format('GRANT %s ON %I TO %s', privilege_type, relname, "
    "CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) "
    "FROM pg_class, aclexplode(relacl) "
    "WHERE relname = :name AND relnamespace = current_schema()::regnamespace AND grantee <> relowner"
)
INDEXES = sa.text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = format('%I', indexname)::regclass) ORDER BY indexname"
)


def upgrade() -> None:
    _create_tables()
    op.execute(
        "INSERT INTO event_key (source, event_id, fingerprint) "
        "SELECT source, event_id, fingerprint FROM inbox WHERE outcome <> 'rejected'"
    )
    op.drop_index("inbox_told_once", "inbox")
    if op.get_bind().dialect.name == "postgresql":
        _partition()


def _create_tables() -> None:
    op.create_table(
        "event_key",
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("fingerprint", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history_anchor",
        sa.Column("resource_id", AutoString(), nullable=False),
        sa.Column("month", AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("occurred_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("definition", AutoString(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("refunds", sa.JSON(), nullable=False),
        sa.Column("anchored_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"]),
        sa.PrimaryKeyConstraint("resource_id"),
    )
    op.create_table(
        "month_put_away",
        sa.Column("month", AutoString(), nullable=False),
        sa.Column("history_rows", sa.Integer(), nullable=False),
        sa.Column("inbox_rows", sa.Integer(), nullable=False),
        sa.Column("outbox_rows", sa.Integer(), nullable=False),
        sa.Column("known_from", UTCDateTime(), nullable=False),
        sa.Column("put_away_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "wait_put_away",
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("arrived_at", UTCDateTime(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "arrival"),
    )


def _partition() -> None:
    found = op.get_bind()
    view = found.execute(sa.text(f"SELECT pg_get_viewdef('{VIEW}'::regclass)")).scalar_one()
    granted = [*found.execute(GRANTS, {"name": VIEW}).scalars()]
    op.execute(f"DROP VIEW {VIEW}")
    for table in MONTHLY:
        for statement in _by_month(table):
            op.execute(sa.text(statement.replace(":", r"\:")))
    op.execute(sa.text(f"CREATE VIEW {VIEW} AS {view}".replace(":", r"\:")))
    for grant in granted:
        op.execute(grant)


def _by_month(table: str) -> Iterator[str]:
    """The statements that put a table by month in the place of the one there is."""
    found = op.get_bind()
    column, number, key = MONTHLY[table]
    indexes = [tuple(row) for row in found.execute(INDEXES, {"name": table})]
    granted = [*found.execute(GRANTS, {"name": table}).scalars()]
    months = found.execute(sa.text(_months(table, column))).all()
    yield from (f"DROP INDEX {name}" for name, _ in indexes)
    yield f"ALTER TABLE {table} RENAME TO {table}_whole"
    yield f"ALTER TABLE {table}_whole RENAME CONSTRAINT {table}_pkey TO {table}_whole_pkey"
    yield (
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE, "
        f"PRIMARY KEY ({key})) PARTITION BY RANGE ({column})"
    )
    yield f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT"
    for name, since, until in months:
        yield f"CREATE TABLE {table}_{name} PARTITION OF {table} FOR VALUES FROM ('{since}') TO ('{until}')"
    if number is not None:
        yield f"ALTER SEQUENCE {table}_{number}_seq OWNED BY {table}.{number}"
    yield f"INSERT INTO {table} SELECT * FROM {table}_whole"
    yield f"DROP TABLE {table}_whole"
    yield from (definition for _, definition in indexes)
    if table == "history":
        yield from _guarded([name for name, _, _ in months])
    yield from granted


def _guarded(months: list[str]) -> Iterator[str]:
    """History refers to its resource and refuses every change; emptying is refused partition by partition."""
    yield (
        "ALTER TABLE history ADD CONSTRAINT history_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES resource (id)"
    )
    yield (
        "CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history "
        "FOR EACH ROW EXECUTE FUNCTION history_refuse_change()"
    )
    for one in ("history", "history_default", *(f"history_{name}" for name in months)):
        yield (
            f"CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON {one} "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_refuse_change()"
        )


def _months(table: str, column: str) -> str:
    """The months of a table that has rows in them, this month and those ahead: each with its bounds, in UTC."""
    return (
        f"SELECT to_char(month, 'YYYY_MM'), to_char(month, 'YYYY-MM-DD\" UTC\"'), "
        f"to_char(month + interval '1 month', 'YYYY-MM-DD\" UTC\"') FROM ("
        f"SELECT date_trunc('month', {column} AT TIME ZONE 'UTC') AS month FROM {table} "
        f"UNION SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + ahead * interval '1 month' "
        f"FROM generate_series(0, {MONTHS_AHEAD}) AS ahead) AS months ORDER BY month"
    )
