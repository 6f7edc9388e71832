"""`refundry simulate` and `refundry rules`, as they are typed."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from entrypoints.cli.main import EXPECTED, app
from service.questions import NotFoundError
from service.supposition import BadSuppositionError
from tests.money.world import RULES, World
from tests.whatif.stories import everything, tell_stories
from workflows.rules import RulesError


@pytest.fixture
def told(world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", database_url)
    tell_stories(world)
    return world


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def in_json(*words: str) -> Any:
    found = run(*words, "--json")
    assert found.exception is None, found.exception
    return json.loads(found.stdout)


def test_one_resource(told: World, tmp_path: Path) -> None:
    before = everything(told)
    event = '{"type": "refund.requested", "time": "2026-03-12T00:00:00Z"}'
    words = ("simulate", "resource", "idle", "--set", "window.days=14", "--event", event)
    assert [step["outcome"] for step in in_json(*words, "--at", "2026-03-05T00:00:00Z")["trace"]] == ["refused"]
    shown = run(*words)
    assert shown.exit_code == 0 and "refund.requested" in shown.stdout and "if: " in shown.stdout
    payment = tmp_path / "payment.json"
    payment.write_text(
        json.dumps(
            {
                "order_id": "o", "account_id": "a", "product": "https_acceleration_gateway", "currency": "USD",
                "cash_paid": "1.60", "coupon_paid": "0", "payment": {"provider": "p", "reference": "r"},
                "quota_units": 300, "time": "2026-03-01T10:00:00Z",
            }
        )
    )  # fmt: skip
    invented = in_json("simulate", "resource", "--payment", str(payment), "--fact", "consumed=60")
    assert invented["resource_id"] == "supposed"
    assert everything(told) == before


def test_a_cohort_with_its_table_and_its_csv(told: World, tmp_path: Path) -> None:
    file = tmp_path / "changed.csv"
    words = ("simulate", "cohort", "--set", "window.days=7", "--product", "ssl_certificate")
    assert in_json(*words)["changed"] == 0
    shown = run("simulate", "cohort", "--set", "window.days=3650", "--csv", str(file))
    assert shown.exit_code == 0 and "3 of 6 resources would fare otherwise" in shown.stdout
    assert {row["resource_id"] for row in csv.DictReader(file.open())} == {"late", "dear", "idle"}


def test_rules_are_listed_shown_and_checked(told: World, tmp_path: Path) -> None:
    assert [rules["version"] for rules in in_json("rules", "list")["items"]] == ["test"]
    assert run("rules", "show", "test").stdout == RULES
    fine = tmp_path / "fine.toml"
    fine.write_text(RULES.replace('"test"', '"next"').replace("2026-01-01", "2099-01-01"))
    assert run("rules", "check", str(fine), "--since", "2026-01-01T00:00:00Z").exit_code == 0
    other = tmp_path / "other.toml"
    other.write_text(fine.read_text() + "[window]\ndays = 3650\n")
    found = run("rules", "check", str(other), "--since", "2026-01-01T00:00:00Z", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["population"]["turns"]["otherwise"] == 3
    assert "window.days: 7 -> 3650" in run("rules", "check", str(other)).stdout


@pytest.mark.parametrize(
    ("words", "error", "status"),
    [
        (("rules", "check", "nowhere.toml"), RulesError, 2),
        (("rules", "show", "none"), NotFoundError, 1),
        (("simulate", "cohort"), BadSuppositionError, 2),
        (("simulate", "cohort", "--set", "window.days"), RulesError, 2),
        (("simulate", "cohort", "--set", "window.days=0"), BadSuppositionError, 2),
        (("simulate", "resource"), BadSuppositionError, 2),
        (("simulate", "resource", "nobody"), NotFoundError, 1),
        (("simulate", "resource", "idle", "--event", "{"), BadSuppositionError, 2),
        (("simulate", "resource", "idle", "--at", "x"), BadSuppositionError, 2),
    ],
)
def test_errors_have_their_status(told: World, words: tuple[str, ...], error: type[Exception], status: int) -> None:
    assert isinstance(run(*words).exception, error)
    assert EXPECTED[error] == status
