"""History, inbox and outbox by month, in UTC: on PostgreSQL each month of them is a table of its own, made ahead.

Rows of a month that nobody foresaw, such as those of a clock that is set by hand, are caught by a default partition.
When their month is made, they move there in the same transaction. SQLite has plain tables and no months.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

#: Of each table by what it is partitioned; in the order in which they are locked.
MONTHLY: Final = {"history": "recorded_at", "inbox": "arrived_at", "outbox": "created_at"}
AHEAD: Final = 3
MONTHS_LOCK: Final = 4_720_921
#: Whoever works on months gives way, before the database would call it a deadlock and choose somebody else to fail.
LOCK_TIMEOUT_MS: Final = 500
LOCK_ATTEMPTS: Final = 20
MONTHS_OF_A_YEAR: Final = 12


class Month(NamedTuple):
    """A month in UTC."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        there = moment.astimezone(UTC)
        return cls(there.year, there.month)

    @classmethod
    def parsed(cls, told: str) -> "Month":
        """The month that a text such as 2026-01 names. Raises ValueError."""
        return cls.of(datetime.strptime(f"{told}-01 +0000", "%Y-%m-%d %z"))

    def later(self, months: int) -> "Month":
        years, month = divmod(self.year * MONTHS_OF_A_YEAR + self.month - 1 + months, MONTHS_OF_A_YEAR)
        return Month(years, month + 1)

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant that is not of the month any more."""
        return self.later(1).start

    @property
    def suffix(self) -> str:
        """How the names of its tables end."""
        return f"{self.year:04}_{self.month:02}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def has_months(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def missing(connection: Connection) -> list[tuple[str, Month]]:
    """What of this month and those ahead is not there yet, by the database's clock: tables, each with a month."""
    if not has_months(connection):
        return []
    this = Month.of(connection.execute(text("SELECT now()")).scalar_one())
    there = {(table, month) for table in MONTHLY for month in partitions(connection, table)}
    wanted = [(table, this.later(ahead)) for table in MONTHLY for ahead in range(AHEAD + 1)]
    return [one for one in wanted if one not in there]


def keep_ahead(connection: Connection) -> int:
    """Make this month and those ahead where they are missing. Returns how many partitions were made.

    Whoever finds somebody else at it, or the tables busy, leaves it for another time: rows of a month that is missing
    are caught, and there are months to go until one is.
    """
    found = missing(connection)
    if (
        not found
        or not connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": MONTHS_LOCK}).scalar()
    ):
        return 0
    _give_way(connection)
    try:
        with connection.begin_nested():
            for table, month in found:
                make(connection, table, month)
    except OperationalError:
        return 0
    return len(found)


def hold(connection: Connection) -> None:
    """Keep everybody else from making or putting away months until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MONTHS_LOCK})
    _give_way(connection)


def _give_way(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))


def hold_wholly(connection: Connection) -> None:
    """Keep everybody else off the three tables until the transaction ends, in the order in which an intake takes them.

    Raises OperationalError where they were never free.
    """
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        try:
            with connection.begin_nested():
                connection.execute(text("LOCK TABLE inbox, history, outbox IN ACCESS EXCLUSIVE MODE"))
                return
        except OperationalError:
            if attempt == LOCK_ATTEMPTS:
                raise


def partitions(connection: Connection, table: str) -> list[Month]:
    """The months of which a table has a partition, in order."""
    query = text(
        "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
        "WHERE inhparent = CAST(:table AS regclass) ORDER BY relname"
    )
    names = connection.execute(query, {"table": table}).scalars()
    return [_month_of(name, table) for name in names if name != f"{table}_default"]


def months_in_default(connection: Connection, table: str) -> list[Month]:
    """The months of which a default partition holds rows, in order."""
    month = f"date_trunc('month', {MONTHLY[table]} AT TIME ZONE 'UTC')"
    query = text(f"SELECT DISTINCT {month} AS month FROM {table}_default ORDER BY month")
    return [Month(found.year, found.month) for found in connection.execute(query).scalars()]


def with_rows(connection: Connection, table: str) -> list[Month]:
    """The months of which a table has rows, in a database of either kind. Reads the whole of it."""
    column = f"substr({MONTHLY[table]}, 1, 7)"
    if has_months(connection):
        column = f"to_char({MONTHLY[table]} AT TIME ZONE 'UTC', 'YYYY-MM')"
    return [Month.parsed(told) for told in connection.execute(text(f"SELECT DISTINCT {column} FROM {table}")).scalars()]


def make_room(source: Connection, target: Connection) -> None:
    """Make every month in a database of which another has rows."""
    if not has_months(target):
        return
    hold(target)
    for table in MONTHLY:
        for month in sorted(set(with_rows(source, table)) - set(partitions(target, table))):
            make(target, table, month)


def make(connection: Connection, table: str, month: Month) -> None:
    """Make the partition of a month, with the rows of that month that the default partition holds so far.

    It is filled before it is attached: readers and writers of other months hardly wait.
    """
    name, bounds = f"{table}_{month.suffix}", {"since": month.start, "until": month.end}
    _run(connection, f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)")
    if is_in_default(connection, table, month):
        with _unguarded(connection, table):
            connection.execute(
                text(
                    f"WITH moved AS (DELETE FROM {table}_default "
                    f"WHERE {MONTHLY[table]} >= :since AND {MONTHLY[table]} < :until RETURNING *) "
                    f"INSERT INTO {name} SELECT * FROM moved"
                ),
                bounds,
            )
    since, until = (f"{moment.date().isoformat()} UTC" for moment in (month.start, month.end))
    _run(connection, f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{since}') TO ('{until}')")
    if table == "history":
        guard_from_emptying(connection, name)


def is_in_default(connection: Connection, table: str, month: Month) -> bool:
    """Whether the default partition holds rows of a month."""
    column = MONTHLY[table]
    query = text(f"SELECT 1 FROM {table}_default WHERE {column} >= :since AND {column} < :until LIMIT 1")
    return connection.execute(query, {"since": month.start, "until": month.end}).first() is not None


def detach(connection: Connection, table: str, month: Month) -> None:
    """Take a month out of a table. It stays beside it under its own name; of history it still refuses every change."""
    name = f"{table}_{month.suffix}"
    _run(connection, f"ALTER TABLE {table} DETACH PARTITION {name}")
    if table == "history":
        _run(
            connection,
            f"CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION history_refuse_change()",
        )


def guard_from_emptying(connection: Connection, partition: str) -> None:
    """Have a partition of history refuse to be emptied; that it refuses changes it has from the whole."""
    _run(
        connection,
        f"CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON {partition} "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_refuse_change()",
    )


@contextmanager
def _unguarded(connection: Connection, table: str) -> Iterator[None]:
    """Within the block the default partition lets rows go that are on their way into their month."""
    if table == "history":
        _run(connection, "ALTER TABLE history_default DISABLE TRIGGER history_no_change")
    yield
    if table == "history":
        _run(connection, "ALTER TABLE history_default ENABLE TRIGGER history_no_change")


def _month_of(partition: str, table: str) -> Month:
    year, month = partition.removeprefix(f"{table}_").split("_")
    return Month(int(year), int(month))


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", r"\:")))
