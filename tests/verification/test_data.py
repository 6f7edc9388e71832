"""What is sound verifies; whatever is changed behind everybody's back is found, by name and at its place."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from entrypoints.cli.verifying_data import data_json, print_data, verified_data
from service.verification.data import Report, check_data
from service.verification.properties import SHOWN, Property
from tests.money.world import World
from tests.verification.tampering import Tampering

ROW = "resource_id = '{}' AND seq = {}"
P = Property
#: What is done, and what is then found of which resource. A recount that no longer agrees is of no resource.
TAMPERED: dict[str, tuple[list[str], set[tuple[Property, str | None]]]] = {
    "data of a row of history": (
        ["UPDATE history SET data = '{\"combined\": true}' WHERE " + ROW.format("issued", 2)],
        {(P.CHAINED, "issued")},
    ),
    "who did it": (["UPDATE history SET actor = 'x' WHERE " + ROW.format("paid", 2)], {(P.CHAINED, "paid")}),
    "a row in the middle is gone": (
        ["DELETE FROM history WHERE " + ROW.format("issued", 2)],
        {(P.CHAINED, "issued")},
    ),
    "the first row is gone": (
        ["DELETE FROM history WHERE " + ROW.format("issued", 1)],
        {(P.CHAINED, "issued"), (P.RECOUNT, None)},
    ),
    "the last row is gone": (["DELETE FROM history WHERE " + ROW.format("issued", 4)], {(P.COMPLETE, "issued")}),
    "the whole history is gone": (
        ["DELETE FROM history WHERE resource_id = 'plain'"],
        {(P.COMPLETE, "plain"), (P.RECOUNT, None)},
    ),
    "two hashes are swapped": (
        [
            "UPDATE history SET hash = (SELECT hash FROM history WHERE "
            + ROW.format("issued", 3)
            + ") WHERE "
            + ROW.format("issued", 2)
        ],
        {(P.CHAINED, "issued")},
    ),
    "the state of a resource": (
        ["UPDATE resource SET state = 'revoked' WHERE id = 'issued'"],
        {(P.FOLDED, "issued"), (P.RECOUNT, None)},
    ),
    "since when it is in its state": (
        ["UPDATE resource SET entered_at = deadline_at WHERE id = 'issued'"],
        {(P.FOLDED, "issued")},
    ),
    "the facts of a resource": (
        ["UPDATE resource SET facts = '{\"quota_units\": 300, \"quota_consumed\": 0}' WHERE id = 'metered'"],
        {(P.FOLDED, "metered")},
    ),
    "a claim": (
        ["UPDATE resource SET claimed_at = paid_at WHERE id = 'plain'"],
        {(P.FOLDED, "plain"), (P.RECOUNT, None)},
    ),
    "the account it belongs to": (
        ["UPDATE resource SET account_id = 'x' WHERE id = 'plain'"],
        {(P.FOLDED, "plain")},
    ),
    "the cash that was paid": (["UPDATE resource SET cash_minor = 161 WHERE id = 'plain'"], {(P.FOLDED, "plain")}),
    "the money paid out": (["UPDATE resource SET paid_out_minor = 0 WHERE id = 'paid'"], {(P.PAID_OUT, "paid")}),
    "a stored availability": (
        ["UPDATE resource SET from_deadline = 'available' WHERE id = 'plain'"],
        {(P.AVAILABILITY, "plain")},
    ),
    "the availability that lists count": (
        ["UPDATE resource SET before_deadline = 'unavailable' WHERE id = 'plain'"],
        {(P.AVAILABILITY, "plain"), (P.RECOUNT, None)},
    ),
    "when the window's end is due": (
        ["UPDATE resource SET expiry_due_at = NULL WHERE id = 'plain'"],
        {(P.EXPIRY, "plain")},
    ),
    "the count of unresolved events": (
        ["UPDATE resource SET unresolved = 5 WHERE id = 'plain'"],
        {(P.UNRESOLVED, "plain")},
    ),
    "an event that waited is gone": (
        ["DELETE FROM inbox WHERE subject = 'waiting' AND waited"],
        {(P.UNRESOLVED, "waiting"), (P.AVAILABILITY, "waiting"), (P.RECOUNT, None)},
    ),
    "the amount of a refund": (
        ["UPDATE refund SET amount_minor = 159 WHERE resource_id = 'paid'"],
        {(P.REFUNDS, "paid")},
    ),
    "the status of a refund": (
        ["UPDATE refund SET status = 'approved' WHERE resource_id = 'dear'"],
        {(P.REFUNDS, "dear")},
    ),
    "a refund is gone": (
        ["DELETE FROM refund WHERE resource_id = 'declined'"],
        {(P.REFUNDS, "declined")},
    ),
    "a refund that nobody asked for": (
        [
            "INSERT INTO refund (id, resource_id, status, amount_minor, destination, origin, partial, requested_by, "
            "requested_at, override) SELECT 'rf_forged', 'plain', status, amount_minor, destination, origin, partial, "
            "requested_by, requested_at, override FROM refund WHERE resource_id = 'dear'"
        ],
        {(P.REFUNDS, "plain")},
    ),
    "a credit is gone": (
        ["DELETE FROM balance_credit WHERE resource_id = 'credited'"],
        {(P.CREDITS, "credited")},
    ),
    "a credit of another account": (
        ["UPDATE balance_credit SET account_id = 'x' WHERE resource_id = 'reversed'"],
        {(P.CREDITS, "reversed")},
    ),
    "a credit of more": (
        ["UPDATE balance_credit SET amount_minor = 1000 WHERE resource_id = 'credited'"],
        {(P.CREDITS, "credited")},
    ),
    "no provider ever said that it paid": (
        ["DELETE FROM attempt WHERE resource_id = 'paid'"],
        {(P.PAYOUTS, "paid")},
    ),
    "the rules of a resource": (
        ["UPDATE resource SET rules_version = 'none' WHERE id = 'plain'"],
        {(P.KNOWN, "plain"), (P.FOLDED, "plain")},
    ),
    "a resource is gone": (["DELETE FROM resource WHERE id = 'plain'"], {(P.OWNED, "plain")}),
}


def found(report: Report) -> set[tuple[Property, str | None]]:
    return {(one.of, one.resource_id) for those in report.findings.first.values() for one in those}


def test_what_is_sound_verifies(world: World) -> None:
    report = check_data(world.desk)
    assert found(report) == set() and report.findings.sound
    assert report.resources == 10
    idle = {of for of in Property if not report.findings.examined[of]}
    assert not idle
    assert not report.findings.undefined


def test_in_portions_of_any_size_the_same_is_examined(world: World) -> None:
    seen: list[int] = []
    whole = check_data(world.desk)
    for size in (1, 3, 10):
        seen.clear()
        report = check_data(world.desk, seen.append, size)
        assert report.findings.examined == whole.findings.examined
        assert sum(seen) == report.resources == 10 and max(seen) == size


@pytest.mark.parametrize("name", TAMPERED)
def test_what_is_changed_behind_the_back_is_found(world: World, tampering: Tampering, name: str) -> None:
    statements, expected = TAMPERED[name]
    tampering.do(*statements)
    report = check_data(world.desk)
    assert found(report) == expected
    assert not report.findings.sound


def test_a_forged_row_that_is_right_by_itself_is_found(world: World, tampering: Tampering) -> None:
    tampering.rewrite("issued", 2, rest=False, previous_hash="0" * 64)
    assert [(one.seq, one.expected[:5]) for one in first(world, P.CHAINED)] == [(2, "link ")]


def test_a_forged_row_breaks_the_link_behind_it(world: World, tampering: Tampering) -> None:
    tampering.rewrite("issued", 2, rest=False, actor="somebody else")
    assert [(one.resource_id, one.seq) for one in first(world, P.CHAINED)] == [("issued", 3)]


def test_a_history_forged_to_its_end_is_held_against_what_is_stored(world: World, tampering: Tampering) -> None:
    """Chain, count and head are right then; the rules are not, nor is the money."""
    late = world.clock.now() + timedelta(days=30)
    tampering.rewrite("dear", 2, occurred_at=late, recorded_at=late)
    assert (P.IN_TIME, "dear") in found(check_data(world.desk))


def test_a_request_told_too_late_is_found(world: World, tampering: Tampering) -> None:
    tampering.rewrite("dear", 2, recorded_at=world.clock.now() + timedelta(days=30))
    assert found(check_data(world.desk)) == {(P.IN_TIME, "dear")}


def test_a_request_that_no_rule_accepts_is_found(world: World, tampering: Tampering) -> None:
    birth = tampering.rows("dear")[0].changes
    tampering.rewrite("dear", 1, changes=birth | {"payment": birth["payment"] | {"cash_minor": 0}})
    assert (P.ALLOWED, "dear") in found(check_data(world.desk))


def test_a_refund_of_more_than_was_paid_is_found(world: World, tampering: Tampering) -> None:
    for row in tampering.rows("paid"):
        if "refund" in row.changes:
            forged = row.changes["refund"] | {"amount_minor": 99_999}
            tampering.rewrite("paid", row.seq, changes={**row.changes, "refund": forged})
    assert {(P.WITHIN_CASH, "paid"), (P.ALLOWED, "paid")} <= found(check_data(world.desk))


def test_a_change_that_cannot_be_made_is_found(world: World, tampering: Tampering) -> None:
    tampering.rewrite("issued", 2, changes={"refund": {"id": "x"}})
    assert (P.FOLDED, "issued") in found(check_data(world.desk))


def test_a_definition_that_is_not_kept_is_told_and_no_fault(world: World, tampering: Tampering) -> None:
    tampering.do("DELETE FROM machine_definition WHERE machine = 'refund'")
    report = check_data(world.desk)
    assert report.findings.sound and sum(report.findings.undefined.values()) > 0
    assert "decided by a definition that is not kept" in told(report)


def test_what_cannot_be_read_is_told_of_the_resource_it_is_of(world: World, tampering: Tampering) -> None:
    """A list where an object must be is JSON to every database, and no refund's facts to anybody."""
    tampering.do("UPDATE resource SET facts = '[[1]]' WHERE id = 'plain'")
    report = check_data(world.desk)
    assert (P.FOLDED, "plain") in found(report)
    assert {one for _, one in found(report)} == {"plain"}
    tampering.do("UPDATE history SET reasons = '1' WHERE " + ROW.format("metered", 1))
    report = check_data(world.desk)
    assert {(P.READABLE, "metered"), (P.FOLDED, "plain")} <= found(report)
    assert report.findings.examined[P.READABLE] == report.resources == 10


def first(world: World, of: Property) -> list[Any]:
    return check_data(world.desk).findings.first.get(of, [])


def told(report: Report) -> str:
    console = Console(file=StringIO(), width=100)
    print_data(console, report)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


def test_it_is_told_in_words_and_as_data(world: World, tampering: Tampering) -> None:
    sound = verified_data(world.desk)
    assert told(sound).count("✓") == len(Property) and "everything holds" in told(sound)
    assert data_json(sound)["holds"] and len(data_json(sound)["properties"]) == len(Property)
    tampering.do("UPDATE resource SET state = 'revoked' WHERE id = 'issued'")
    report = verified_data(world.desk)
    written = told(report)
    assert Property.FOLDED.sentence in written and "issued: expected state" in written
    folded = next(one for one in data_json(report)["properties"] if one["property"] == "folded")
    assert folded["violations"] == 1 and folded["first"][0]["resource_id"] == "issued"
    assert not data_json(report)["holds"]


def test_only_the_first_are_shown_and_all_are_counted(world: World, tampering: Tampering) -> None:
    for number in range(SHOWN + 5):
        world.pay(f"many-{number:02}")
    tampering.do("UPDATE resource SET last_use = 'x' WHERE id LIKE 'many-%'")
    report = check_data(world.desk, span_size=7)
    assert report.findings.violations[P.FOLDED] == SHOWN + 5 and len(report.findings.first[P.FOLDED]) == SHOWN
    assert f"… and 5 more; {SHOWN + 5} in all" in told(report)
