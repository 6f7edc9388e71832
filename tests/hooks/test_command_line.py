"""`refundry hooks`: the same as over HTTP, for those at the machine."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from entrypoints.cli.main import app
from service.hooks.subscriptions import BadHookError, HookConflictError
from service.questions import NotFoundError
from tests.hooks.receivers import Receiver, Reply
from tests.hooks.world import TellingWorld

Run = Callable[..., Result]


@pytest.fixture
def run(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", any_database_url)
    monkeypatch.setenv("REFUNDRY_HOOKS_ALLOW", "loopback")
    return lambda *words: CliRunner().invoke(app, ["hooks", *words])


def answered(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_subscribed_listed_rotated_switched_and_removed(run: Run) -> None:
    made = answered(run("add", "https://example.com/x", "--event", "refund.*", "--event", "order.paid", "--json"))
    assert made["events"] == ["refund.*", "order.paid"]
    assert made["secret"].startswith("whsec_")
    assert answered(run("list", "--json"))["items"] == [{k: v for k, v in made.items() if k != "secret"}]
    rotated = answered(run("rotate", made["id"], "--json"))
    assert rotated["secret"] != made["secret"]
    assert answered(run("disable", made["id"], "--json"))["disabled_reason"] == "it was switched off"
    assert answered(run("enable", made["id"], "--json"))["enabled"] is True
    assert answered(run("remove", made["id"], "--json")) == {"removed": made["id"]}
    assert answered(run("list", "--json")) == {"items": []}


def test_in_words(run: Run) -> None:
    assert run("list").stdout == "there are no hooks\n"
    shown = run("add", "https://example.com/x").stdout
    assert "secret, shown this once: whsec_" in shown
    listed = run("list").stdout
    assert "https://example.com/x  *  enabled" in listed
    assert "whsec_" not in listed
    hook_id = listed.split()[0]
    assert run("deliveries", hook_id).stdout == "there are no such deliveries\n"
    assert "disabled: it was switched off" in run("disable", hook_id).stdout


def test_deliveries_and_sending_again(run: Run, any_database_url: str, receiver: Receiver) -> None:
    receiver.replies = [Reply(500)]
    hook = answered(run("add", receiver.url, "--json"))["id"]
    world = TellingWorld(any_database_url)
    world.pay("r")
    world.settle()
    world.close()
    shown = run("deliveries", hook, "--status", "waiting").stdout
    assert "order.paid  r  waiting, next attempt 2026-03-01T10:00:05Z" in shown
    assert "ms  status 500" in shown
    (one,) = answered(run("deliveries", hook, "--json"))["items"]
    assert answered(run("resend", one["id"], "--json"))["tries"] == 0
    swept = CliRunner().invoke(app, ["sweep", "--json"])
    assert json.loads(swept.stdout)["deliver"] >= 1
    assert {item["status"] for item in answered(run("deliveries", hook, "--json"))["items"]} == {"delivered"}
    assert run("resend-dead", hook).stdout == "0 deliveries are told again\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "example.com"), BadHookError),
        (("add", "https://example.com", "--event", "nothing"), BadHookError),
        (("remove", "hk_none"), NotFoundError),
        (("rotate", "hk_none"), NotFoundError),
        (("deliveries", "hk_none"), NotFoundError),
        (("resend", "dl_none"), NotFoundError),
        (("resend-dead", "hk_none"), NotFoundError),
    ],
)
def test_mistakes_are_told(run: Run, words: tuple[str, ...], error: type[Exception]) -> None:
    from entrypoints.cli.main import EXPECTED

    assert isinstance(run(*words).exception, error)
    assert error in EXPECTED and HookConflictError in EXPECTED


def test_unknown_status_says_what_there_is(run: Run) -> None:
    result = run("deliveries", "hk_none", "--status", "lost")
    assert result.exit_code == 2
    assert "delivered" in result.output
