"""Running sums that are right are found right, folded or not; whatever is changed in them is found, in words."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from entrypoints.cli.main import app
from entrypoints.cli.verifying_sums import print_sums, sums_json
from scheduler.live import fold_all
from service.verification.sums import Recounted, check_sums
from tests.money.world import World
from tests.verification.tampering import Tampering

#: What is done, what is then counted wrongly, and which figures differ.
TAMPERED = {
    "a sum": ("UPDATE tally SET number = number + 1 WHERE kind = 'refunds'", "refunds with status", {"number"}),
    "a sum is gone": ("DELETE FROM tally WHERE kind = 'refusals'", "refusals for", {"number"}),
    "an amount": (
        "UPDATE tally SET amount_minor = amount_minor - 1 WHERE kind = 'resources'",
        "resources in state",
        {"amount_minor"},
    ),
    "the hour of a happening": (
        "UPDATE tally SET hour = '2027-01-01 00:00:00+00:00' WHERE kind = 'refund_moves' AND state = 'in_review'",
        "refunds that came to in_review",
        {"number", "amount_minor"},
    ),
    "a resource that is not counted": (
        "UPDATE resource SET state = 'issued' WHERE id = 'plain'",
        "resources in state issued",
        {"number", "amount_minor", "before_minor"},
    ),
}


def told(recounted: Recounted) -> str:
    written = StringIO()
    print_sums(Console(file=written, width=300), recounted)
    return written.getvalue()


@pytest.mark.parametrize("days", [0, 3, 30])
def test_sums_are_what_a_recount_amounts_to(world: World, days: int) -> None:
    world.later(days=days)
    before = check_sums(world.desk)
    assert before.sums > 10 and not before.wrong
    fold_all(world.desk)
    world.clock.advance(world.clock.now() + timedelta(hours=5))
    after = check_sums(world.desk)
    assert not after.wrong and "✓ Every running sum" in told(after) and sums_json(after)["holds"]


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_changed_is_found(world: World, tampering: Tampering, case: str) -> None:
    statement, words, figures = TAMPERED[case]
    fold_all(world.desk)
    tampering.do(statement)
    found = check_sums(world.desk)
    assert any(words in wrong.what for wrong in found.wrong)
    assert {name for wrong in found.wrong for name, _, _ in wrong.differing} >= figures
    assert "✗ Every running sum" in told(found) and words in told(found)
    assert json.loads(json.dumps(sums_json(found)))["differences"][0]["expected"]


@pytest.mark.parametrize(("statement", "status"), [(None, 0), (TAMPERED["a sum"][0], 1)])
def test_the_command_says_it_and_ends_so(
    world: World, tampering: Tampering, database_url: str, statement: str | None, status: int
) -> None:
    fold_all(world.desk)
    if statement is not None:
        tampering.do(statement)
    words = ["verify", "--no-machines", "--no-data", "--recount"]
    environment = {"REFUNDRY_DATABASE_URL": database_url}
    told, as_json = (CliRunner().invoke(app, [*words, *more], env=environment) for more in ([], ["--json"]))
    assert told.exit_code == as_json.exit_code == status
    assert ("how many: expected 1, found 2" in told.stdout) == bool(status)
    answer = json.loads(as_json.stdout)
    assert answer["holds"] == answer["sums"]["holds"] == (not status) and answer["data"] is None
