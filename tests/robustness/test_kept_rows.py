"""What the database itself refuses: changing what is written, and rows that cannot be; and that tampering shows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from persistence import history, resources
from persistence.database import open_engine
from persistence.store import Store
from service.desk import Desk
from service.ingest import Message, ingest
from tests.robustness.tellings import paid, told
from workflows.history import Row, first_break, fold

FORBIDDEN = (
    "UPDATE history SET actor = 'somebody else'",
    "UPDATE OR REPLACE history SET seq = 1 WHERE seq = 2",
    "DELETE FROM history",
    "INSERT OR REPLACE INTO history SELECT * FROM history WHERE seq = 2",
    "REPLACE INTO history SELECT * FROM history WHERE seq = 1",
    "UPDATE rules_version SET text = 'days = 3650'",
    "DELETE FROM rules_version",
    "REPLACE INTO rules_version SELECT version, effective_from, 'other', digest, loaded_at FROM rules_version",
    "REPLACE INTO rules_version SELECT 'other', effective_from, text, digest, loaded_at FROM rules_version",
)
IMPOSSIBLE = {
    "a state of another product": "UPDATE resource SET state = 'reset' WHERE id = 'r'",
    "a state of no product": "UPDATE resource SET state = 'lost' WHERE id = 'r'",
    "another product with a state it has not": "UPDATE resource SET product = 'private_ca', state = 'verifying'",
    "an unknown product": "UPDATE resource SET product = 'toaster' WHERE id = 'r'",
    "paid out above cash": "UPDATE resource SET paid_out_minor = cash_minor + 1 WHERE id = 'r'",
    "paid out below nothing": "UPDATE resource SET paid_out_minor = -1 WHERE id = 'r'",
    "cash below nothing": "UPDATE resource SET cash_minor = -1 WHERE id = 'r'",
    "rules that nobody keeps": "UPDATE resource SET rules_version = 'none' WHERE id = 'r'",
    "fewer than no unresolved events": "UPDATE resource SET unresolved = -1 WHERE id = 'r'",
    "an unknown availability": "UPDATE resource SET before_deadline = 'perhaps' WHERE id = 'r'",
    "a second open refund": "INSERT INTO refund SELECT {refund} FROM refund",
    "an unknown status of a refund": "UPDATE refund SET status = 'lost'",
    "a refund of nothing known": "UPDATE refund SET resource_id = 'none'",
    "a refund below nothing": "UPDATE refund SET amount_minor = -1",
    "an event told twice": "INSERT INTO event_key SELECT * FROM event_key WHERE event_id = 'paid-r'",
    "a resolved event that waits": "UPDATE inbox SET outcome = 'parked' WHERE event_id = 'paid-r'",
    "an unknown outcome": "UPDATE inbox SET outcome = 'lost' WHERE event_id = 'paid-r'",
    "a history of nothing known": "INSERT INTO history SELECT {history} FROM history WHERE resource_id = 'r'",
}
TAMPERED = {
    "event": "'certificate.issued'",
    "outcome": "'refused'",
    "from_state": "'reset'",
    "to_state": "'pending'",
    "occurred_at": "'2026-03-01 00:00:00.000000'",
    "recorded_at": "'2026-03-01 00:00:00.000000'",
    "actor": "'somebody else'",
    "source": "'elsewhere'",
    "event_id": "'other'",
    "data": "'{\"combined\": true}'",
    "changes": "'{}'",
    "reasons": "'[{}]'",
    "definition": "''",
    "previous_hash": "''",
    "hash": "''",
}


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """A desk with a certificate in verification and one whose refund is in review."""
    events = [
        paid("r"),
        told("certificate.application_submitted", "r", "submitted", combined=False),
        told("certificate.issued", "r", "issued"),
        paid("dear", cash_paid="900.00"),
        told("refund.requested", "dear", "request"),
    ]
    outcomes = [result.outcome.value for result in ingest(desk, [Message(event) for event in events])]
    assert outcomes == ["applied"] * 5
    return desk


@pytest.fixture
def engine(lived: Desk, database: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{database}")
    yield made
    made.dispose()


@pytest.fixture
def copied(lived: Desk, database: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the database in which nothing is refused any more."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        source.backup(copy)
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            copy.execute(f"DROP TRIGGER {name}")
        yield copy


def rows_of(database: Path, resource_id: str) -> list[Row]:
    store = Store(open_engine(f"sqlite:///{database}"))
    with store.reading() as connection:
        found = list(history.of_resource(connection, resource_id))
    store.close()
    return found


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_is_written_is_neither_changed_nor_deleted(engine: Engine, database: Path, statement: str) -> None:
    before = rows_of(database, "r")
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement.replace(":", r"\:")))
    with closing(sqlite3.connect(database)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    assert rows_of(database, "r") == before and len(before) == 3


def columns(engine: Engine, table: str, **replaced: str) -> str:
    with engine.connect() as connection:
        names = [row[1] for row in connection.execute(text(f"PRAGMA table_info({table})"))]
    return ", ".join(replaced.get(name, name) for name in names)


@pytest.mark.parametrize("statement", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_row_that_cannot_be_is_refused(engine: Engine, statement: str) -> None:
    written: dict[str, Any] = {
        "refund": columns(engine, "refund", id="'other'"),
        "history": columns(engine, "history", resource_id="'none'"),
    }
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement.format(**written)))


def test_a_second_refund_may_be_opened_once_the_first_has_ended(engine: Engine) -> None:
    """The other side of "a second open refund": the database refuses what is impossible, not what is not."""
    other = columns(engine, "refund", id="'other'")
    with engine.begin() as connection:
        connection.execute(text("UPDATE refund SET status = 'declined'"))
        connection.execute(text(f"INSERT INTO refund SELECT {other} FROM refund"))


@pytest.mark.parametrize(("column", "value"), TAMPERED.items(), ids=TAMPERED.keys())
def test_a_changed_row_shows(copied: sqlite3.Connection, tmp_path: Path, column: str, value: str) -> None:
    assert first_break(rows_of(tmp_path / "copy.db", "r")) is None
    with copied:
        copied.execute(f"UPDATE history SET {column} = {value} WHERE resource_id = 'r' AND seq = 2")
    broken = first_break(rows_of(tmp_path / "copy.db", "r"))
    assert broken is not None and broken.seq == 2
    assert first_break(rows_of(tmp_path / "copy.db", "dear")) is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history WHERE resource_id = 'r' AND seq = 1",
        "DELETE FROM history WHERE resource_id = 'r' AND seq = 2",
        "UPDATE history SET seq = 9 WHERE resource_id = 'r' AND seq = 3",
        "UPDATE history SET resource_id = 'r', seq = 4 WHERE resource_id = 'dear' AND seq = 2",
        "UPDATE history SET seq = -seq WHERE seq > 1; UPDATE history SET seq = 5 + seq WHERE seq < 0",
    ],
)
def test_rows_that_are_missing_moved_or_added_show(copied: sqlite3.Connection, tmp_path: Path, statement: str) -> None:
    with copied:
        copied.executescript(statement)
    assert first_break(rows_of(tmp_path / "copy.db", "r")) is not None


def test_a_history_cut_off_at_its_end_shows_against_the_resource(
    lived: Desk, copied: sqlite3.Connection, tmp_path: Path
) -> None:
    """The chain alone cannot tell; the resource's own count and head can."""
    with copied:
        copied.execute("DELETE FROM history WHERE resource_id = 'r' AND seq = 3")
    rows = rows_of(tmp_path / "copy.db", "r")
    with lived.store.reading() as connection:
        stored = resources.load(connection, ["r"])["r"]
    assert first_break(rows) is None
    cut = fold(rows)
    assert cut is not None and (cut.seq, cut.head) != (stored.seq, stored.head)
