"""`refundry bulk`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from entrypoints.cli.main import EXPECTED, app
from entrypoints.http.problems import ProblemError
from service.bulk import BulkConflictError
from service.bulk_previews import BulkError
from service.clock import SystemClock
from tests.money.world import World

Run = Callable[..., Result]


@pytest.fixture
def run(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    world = World(any_database_url)
    world.clock.advance(SystemClock().now())
    for number in range(3):
        world.pay(f"r-{number}")
    world.close()
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", any_database_url)
    return lambda *words, told="": CliRunner().invoke(app, ["bulk", *words], input=told)


def test_a_dry_run_asks_for_nothing_and_its_token_does(run: Run, tmp_path: Path) -> None:
    seen = run("refund", "--account", "account-1", "--product", "ssl_certificate", "--dry-run", "--json")
    told = json.loads(seen.stdout)
    assert (told["status"], told["preview"]["groups"]["at_once"]["count"]) == ("previewed", 3)
    results = tmp_path / "results.csv"
    done = run("refund", "--actor", "ann", "--token", told["token"], "--csv", str(results))
    assert "3 resources\n  at once: 3, 4.80 USD\n" in done.stdout
    assert f"run {told['id']} is finished" in done.stdout
    assert len(results.read_text().splitlines()) == 4
    again = json.loads(run("refund", "--actor", "ann", "--token", told["token"], "--json").stdout)
    assert (again["status"], again["done"]["count"]) == ("finished", 3)
    assert isinstance(run("refund", "--actor", "ben", "--token", told["token"]).exception, BulkConflictError)


def test_a_question_comes_first(run: Run, tmp_path: Path) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("r-0\nr-1\n\nnobody\n")
    no = run("refund", "--ids", str(ids), told="n\n")
    assert (no.exit_code, "Ask for 3 refunds?" in no.output) == (1, True)
    yes = run("refund", "--ids", str(ids), told="y\n")
    assert "refused: 1" in yes.stdout and "at once: 2, 3.20 USD" in yes.stdout
    assert "in progress: 2" in run("eligibility", "--account", "account-1").stdout


def test_the_answers_for_ids_from_standard_input(run: Run) -> None:
    told = json.loads(run("eligibility", "--ids", "-", "--json", told="r-0\nnobody\n").stdout)
    assert {name: group["count"] for name, group in told["groups"].items()} == {"available": 1, "unknown": 1}


def test_mistakes_are_told(run: Run) -> None:
    assert run("refund", "--yes").exit_code == 2
    assert run("refund", "--token", "x", "--account", "a").exit_code == 2
    assert run("eligibility", "--ids", "-", told="a\x00\n").exit_code == 2
    assert isinstance(run("refund", "--account", "nobody", "--yes").exception, BulkError)
    assert isinstance(run("eligibility", "--state", "lost").exception, ProblemError)
    assert {BulkError, BulkConflictError, ProblemError} <= set(EXPECTED)
