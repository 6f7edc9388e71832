"""`refundry events` and `refundry switches`."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from entrypoints.cli.main import EXPECTED, app
from service.letters import ReasonMissingError, ResolvedAlreadyError
from service.questions import NotFoundError
from service.switches import SwitchError, SwitchStandsError
from tests.money.world import World

Run = Callable[..., Result]


@pytest.fixture
def run(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    world = World(any_database_url)
    world.tell("certificate.issued", "r-1")
    world.close()
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", any_database_url)
    return lambda *words: CliRunner().invoke(app, words)


def test_a_waiting_event_is_listed_shown_and_discarded(run: Run) -> None:
    assert "parked     certificate.issued  r-1" in run("events", "list", "--outcome", "parked").stdout
    [waiting] = json.loads(run("events", "list", "--subject", "r-1", "--json").stdout)["items"]
    arrival = str(waiting["arrival"])
    assert json.loads(run("events", "show", arrival).stdout) == waiting
    assert json.loads(run("events", "retry", arrival, "--json").stdout)["outcome"] == "parked"
    assert isinstance(run("events", "discard", arrival, "--reason", " ").exception, ReasonMissingError)
    gone = run("events", "discard", arrival, "--actor", "ann", "--reason", "a mistake").stdout
    assert "discarded by ann: a mistake" in gone
    assert isinstance(run("events", "retry", arrival).exception, ResolvedAlreadyError)
    assert isinstance(run("events", "show", "999").exception, NotFoundError)
    assert run("events", "list", "--outcome", "parked").stdout == "there are no such events\n"
    assert run("events", "list", "--outcome", "lost").exit_code == 2


def test_a_switch_is_stopped_listed_and_let_go(run: Run) -> None:
    assert run("switches", "list").stdout == "no switch stands on stop\n"
    why = ("--actor", "ann", "--reason", "pays twice")
    assert run("switches", "stop", "provider", "sandbox", *why).stdout == "provider sandbox stands on stop\n"
    assert "on stop: provider sandbox, by ann at " in run("switches", "list").stdout
    assert isinstance(run("switches", "stop", "provider", "sandbox", *why).exception, SwitchStandsError)
    assert json.loads(run("switches", "go", "provider", "sandbox", *why, "--json").stdout)["stop"] is False
    told = json.loads(run("switches", "list", "--json").stdout)
    assert (told["stopped"], [one["stop"] for one in told["turnings"]]) == ([], [False, True])
    assert isinstance(run("switches", "stop", "provider", "nobody", *why).exception, SwitchError)


def test_every_mistake_has_an_exit_status() -> None:
    assert {ReasonMissingError, ResolvedAlreadyError, SwitchError, SwitchStandsError} <= set(EXPECTED)
