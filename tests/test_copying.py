"""`refundry db copy`: from each kind of database to each other one, everything and nothing else."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from entrypoints.cli.main import app
from persistence import copying
from persistence.database import open_engine
from persistence.store import Store
from persistence.tables import ResourceRecord, table_of
from scheduler.sweeps import sweep
from service.clock import SystemClock
from service.copying import CopyError, Copying
from service.ingest import Message, ingest
from service.opening import open_desk
from tests.databases import KINDS, empty_postgres_url, empty_sqlite_url, fresh_postgres_url, fresh_sqlite_url
from tests.robustness.tellings import paid, told
from workflows.products import CATALOGUE
from workflows.words import Outcome

New = Callable[[str], str]


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> New:
    """The URL of a database of a kind in which there is nothing at all."""

    def made(kind: str) -> str:
        if kind == "sqlite":
            return empty_sqlite_url(tmp_path)
        return empty_postgres_url(request.getfixturevalue("postgres"))

    return made


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which a few things have happened."""
    kind = request.param
    url = fresh_sqlite_url(tmp_path) if kind == "sqlite" else fresh_postgres_url(request.getfixturevalue("postgres"))
    desk = open_desk(open_engine(url), CATALOGUE, [], SystemClock())
    bought = [paid(name, time=None) for name in ("first", "second", "\N{GREEK SMALL LETTER OMEGA}", "Zoë")]
    asked = [told("refund.requested", "first", "ask"), told("certificate.issued", "unpaid", "early")]
    ingest(desk, [Message(one) for one in bought + asked])
    sweep(desk, desk.clock.now())
    desk.store.close()
    yield url


def copying_of(source: str, target: str) -> Copying:
    return Copying(Store(open_engine(source)), open_engine(target), CATALOGUE)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_there_and_work_goes_on(source: str, empty: New, kind: str) -> None:
    target = empty(kind)
    counted: list[int] = []
    made = copying_of(source, target)
    rows = made.make(counted.append)
    assert rows == made.size()
    assert sum(counted) == 2 * sum(rows.values())
    assert all(rows[name] for name in ("resource", "history", "inbox", "outbox", "refund", "attempt", "tally_delta"))
    desk = open_desk(open_engine(target), CATALOGUE, [], SystemClock())
    (result,) = ingest(desk, [Message(paid("after-the-copy"))])
    assert result.outcome == Outcome.APPLIED
    desk.store.close()


def test_a_target_with_something_in_it_stays_as_it_is(source: str, empty: New) -> None:
    target = empty("sqlite")
    copying_of(source, target).make(lambda _count: None)
    with pytest.raises(CopyError, match="the target is not empty: there are rows in"):
        copying_of(source, target).make(lambda _count: None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE resource SET account_id = 'x' WHERE id = 'second'",
        """UPDATE resource SET facts = '{"a": 1}' WHERE id = 'Zoë'""",
    ],
)
def test_a_row_that_became_another_is_found(source: str, empty: New, change: str) -> None:
    target = empty("sqlite")
    copying_of(source, target).make(lambda _count: None)
    ours, theirs = Store(open_engine(source)), Store(open_engine(target))
    resource = table_of(ResourceRecord)
    with ours.reading() as one, theirs.reading() as other:
        assert copying.first_difference(one, other, resource, lambda _count: None) is None
    with theirs.writing() as other:
        other.execute(text(change))
    with ours.reading() as one, theirs.reading() as other:
        found = copying.first_difference(one, other, resource, lambda _count: None)
    assert found is not None and found[0] != found[1]


def test_by_command_line(source: str, empty: New) -> None:
    target = empty("postgresql")
    answer = CliRunner().invoke(app, ["db", "copy", source, target, "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["rows"]["product_state"] > 0


@pytest.mark.parametrize(
    ("source_url", "target_url", "said"),
    [
        ("sqlite:///nowhere.db", "sqlite:///new.db", "there is no database at"),
        ("mysql://localhost/a", "sqlite:///new.db", "mysql is not supported"),
        ("sqlite:///{here}", "sqlite:///{here}", "the same database"),
    ],
)
def test_wrong_databases_are_named(tmp_path: Path, source_url: str, target_url: str, said: str) -> None:
    here = fresh_sqlite_url(tmp_path).removeprefix("sqlite:///")
    answer = CliRunner().invoke(app, ["db", "copy", source_url.format(here=here), target_url.format(here=here)])
    assert said in str(answer.exception)
