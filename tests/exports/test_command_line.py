"""`refundry export`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import parquet as pq
from typer.testing import CliRunner, Result

from entrypoints.cli.main import EXPECTED, app
from entrypoints.exports.formats import Format, MissingExtraError, written
from service.exports import Extract
from tests.money.world import World

Run = Callable[..., Result]


@pytest.fixture
def run(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    world = World(any_database_url)
    for number in range(3):
        world.pay(f"r-{number}")
    world.ask("r-0")
    world.ask("r-0")
    world.close()
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", any_database_url)
    return lambda *words: CliRunner().invoke(app, ["export", *words])


@pytest.mark.parametrize(("kind", "count"), [("resources", 3), ("refunds", 1), ("history", 5), ("refusals", 1)])
def test_every_kind_to_standard_output(run: Run, kind: str, count: int) -> None:
    result = run(kind, "--format", "ndjson")
    assert result.exit_code == 0, result.output
    assert len([json.loads(line) for line in result.stdout.splitlines()]) == count


def test_a_file_appears_whole(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "events.parquet"
    assert run("events", "--format", "parquet", "-o", str(file)).exit_code == 0
    assert pq.read_table(file).num_rows == 5
    assert list(folder.iterdir()) == [file]


def test_filters_and_mistakes(run: Run, tmp_path: Path) -> None:
    assert len(run("resources", "--availability", "in_progress", "--account", "account-1").stdout.splitlines()) == 2
    assert len(run("resources", "--account", "account-1").stdout.splitlines()) == 4
    assert run("events", "--outcome", "lost").exit_code == 2
    assert run("history", "--since", "yesterday").exit_code == 2
    assert run("resources", "--format", "xlsx").exit_code == 2
    assert isinstance(run("refunds", "-o", str(tmp_path / "none" / "x.csv")).exception, OSError)


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "entrypoints.exports.parquet", raising=False)
    monkeypatch.delattr("entrypoints.exports.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"install refundry\[parquet\]"):
        written(Extract("x", [], iter([])), Format.PARQUET)
    assert MissingExtraError in EXPECTED
