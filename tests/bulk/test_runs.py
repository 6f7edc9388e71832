"""A bulk run asks for exactly what was previewed, each once, whatever comes between."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from persistence.listing import Filter
from persistence.locks import lock_subjects
from persistence.store import Connection
from service import bulk, bulk_previews, refunds
from service.bulk import BulkConflictError
from service.bulk_previews import BulkError
from service.desk import Desk
from service.keyed import KeyReusedError
from service.questions import NotFoundError
from tests.money.world import World

IDS = [f"r-{number}" for number in range(5)]


def stocked(world: World) -> None:
    """Two that are paid at once, one for review, one used, one that must be revoked."""
    world.pay("r-0")
    world.pay("r-1", currency="JPY", cash_paid="300", coupon_paid="0")
    world.pay("r-2", cash_paid="900.00")
    world.pay("r-3", product="message_notification")
    world.tell("notification.configured", "r-3")
    world.pay("r-4")
    world.tell("certificate.application_submitted", "r-4")
    world.tell("certificate.issued", "r-4")


def preview(world: World, ids: list[str]) -> bulk.Run:
    return bulk_previews.preview(world.desk, ids, {"ids": len(ids)}, "ann")


def finished(desk: Desk, run_id: str) -> bulk.Run:
    return list(bulk.carry_on(desk, run_id, portion=2))[-1]


def asked(world: World, resource_id: str) -> int:
    return world.events(resource_id).count("refund.requested")


def money(totals: dict[str, Any]) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    return {
        name: (group["count"], [(one["currency"], one["minor"]) for one in group["money"]])
        for name, group in totals["groups"].items()
    }


def test_what_was_foreseen_comes_to_pass(world: World) -> None:
    stocked(world)
    seen = preview(world, [*IDS, "nobody"])
    expected = {
        "at_once": (2, [("JPY", 300), ("USD", 160)]),
        "in_review": (1, [("USD", 90000)]),
        "refused": (3, []),
    }
    assert money(seen.preview) == expected
    assert seen.preview["reasons"] == {"already_used": 1, "must_revoke": 1, "unknown_resource": 1}
    assert (seen.status, seen.count, [asked(world, id_) for id_ in IDS]) == ("previewed", 6, [0] * 5)
    bulk.start(world.desk, seen.id, "ben", "k")
    run = finished(world.desk, seen.id)
    assert (run.status, run.done) == ("finished", seen.preview)
    by_id = {item.resource_id: item for item in bulk.page(world.desk, run.id, None, -1, 10)}
    assert [by_id[id_].outcome for id_ in IDS] == ["at_once", "at_once", "in_review", "refused", "refused"]
    assert by_id["r-0"].refund_id == world.refund_id("r-0")
    assert by_id["nobody"].asked_at is None
    found = refunds.view(world.desk, world.refund_id("r-2")).listed.refund
    assert (found.requested_by, found.status) == ("ben", "in_review")


def test_what_comes_to_match_later_is_not_touched(world: World) -> None:
    world.pay("r-0")
    wanted = Filter(at=world.clock.now(), account_id="account-1")
    seen = bulk_previews.preview(world.desk, wanted, {"filter": {"account_id": "account-1"}}, "ann")
    world.pay("late")
    bulk.start(world.desk, seen.id, "ann", "k")
    assert finished(world.desk, seen.id).done["count"] == 1
    assert world.answer("late").availability == "available"


def test_what_changes_in_between_gets_the_answer_of_its_own_time(world: World) -> None:
    world.pay("r-0")
    seen = preview(world, ["r-0"])
    world.tell("certificate.application_submitted", "r-0")
    bulk.start(world.desk, seen.id, "ann", "k")
    run = finished(world.desk, seen.id)
    assert (run.done["groups"]["refused"]["count"], run.done["reasons"]) == (1, {"must_cancel_application": 1})


def test_a_run_that_was_killed_between_portions_goes_on(world: World) -> None:
    stocked(world)
    seen = preview(world, IDS)
    bulk.start(world.desk, seen.id, "ann", "k")
    first = next(bulk.carry_on(world.desk, seen.id, portion=2))
    assert (first.status, first.done["count"]) == ("running", 2)
    assert bulk.start(world.desk, seen.id, "ann", "k").done == first.done
    assert finished(world.desk, seen.id).done == seen.preview
    assert [asked(world, id_) for id_ in IDS] == [1] * 5
    assert finished(world.desk, seen.id).done == seen.preview
    assert [asked(world, id_) for id_ in IDS] == [1] * 5


def test_a_run_that_fails_within_a_portion_keeps_nothing_of_it(world: World) -> None:
    stocked(world)
    seen = preview(world, IDS)
    bulk.start(world.desk, seen.id, "ann", "k")
    portions = iter(range(1, 10))

    def dying(connection: Connection, subjects: Iterable[str]) -> None:
        if next(portions) == 2:
            raise KeyboardInterrupt
        lock_subjects(connection, subjects)

    with pytest.raises(KeyboardInterrupt):
        finished(replace(world.desk, lock=dying), seen.id)
    assert bulk.view(world.desk, seen.id).done["count"] == 2
    assert finished(world.desk, seen.id).done == seen.preview
    assert [asked(world, id_) for id_ in IDS] == [1] * 5


def test_two_that_go_on_with_one_run_ask_once(world: World) -> None:
    ids = [f"s-{number}" for number in range(12)]
    for id_ in ids:
        world.pay(id_)
    seen = preview(world, ids)
    bulk.start(world.desk, seen.id, "ann", "k")
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: finished(world.desk, seen.id), range(3)))
    assert [run.done for run in runs] == [seen.preview] * 3
    assert [asked(world, id_) for id_ in ids] == [1] * 12


def test_one_that_breaks_down_spoils_no_other(world: World) -> None:
    stocked(world)
    seen = preview(world, IDS)
    bulk.start(world.desk, seen.id, "ann", "k")

    def breaking(connection: Connection, subjects: Iterable[str]) -> None:
        lock_subjects(connection, subjects)
        if "r-1" in subjects:
            raise RuntimeError("broken")

    run = finished(replace(world.desk, lock=breaking), seen.id)
    assert {name: group["count"] for name, group in run.done["groups"].items()} == {
        "at_once": 1,
        "failed": 1,
        "in_review": 1,
        "refused": 2,
    }
    [failed] = bulk.page(world.desk, run.id, "failed", -1, 10)
    assert (failed.resource_id, failed.reasons[0]["facts"]) == ("r-1", {"problem": "RuntimeError"})
    assert [asked(world, id_) for id_ in IDS] == [1, 0, 1, 1, 1]


def test_a_key_belongs_to_one_run_and_a_run_to_one_key(world: World) -> None:
    world.pay("r-0")
    world.pay("r-1")
    one, other = preview(world, ["r-0"]), preview(world, ["r-1"])
    assert bulk.start(world.desk, one.id, "ann", "k") == bulk.start(world.desk, one.id, "ann", "k")
    with pytest.raises(KeyReusedError):
        bulk.start(world.desk, other.id, "ann", "k")
    with pytest.raises(BulkConflictError, match="already"):
        bulk.start(world.desk, one.id, "ann", "k2")
    with pytest.raises(BulkConflictError, match="already"):
        bulk.start(world.desk, one.id, "ben", "k")
    with pytest.raises(NotFoundError):
        bulk.start(world.desk, "nothing", "ann", "k3")
    with pytest.raises(BulkConflictError, match="not been started"):
        next(bulk.carry_on(world.desk, other.id))


def test_a_preview_is_good_for_a_day(world: World) -> None:
    world.pay("r-0")
    seen, begun = preview(world, ["r-0"]), preview(world, ["r-0"])
    bulk.start(world.desk, begun.id, "ann", "k")
    world.later(hours=24)
    with pytest.raises(BulkConflictError, match="24 hours"):
        bulk.start(world.desk, seen.id, "ann", "k2")
    preview(world, ["r-0"])
    with pytest.raises(NotFoundError):
        bulk.view(world.desk, seen.id)
    assert bulk.view(world.desk, begun.id).status == "running"


def test_nothing_is_no_selection(world: World) -> None:
    with pytest.raises(BulkError, match="no resource"):
        bulk_previews.preview(world.desk, Filter(at=world.clock.now(), account_id="nobody"), {}, "ann")


def test_too_much_is_no_selection(world: World) -> None:
    with pytest.raises(BulkError, match="more than 2"):
        bulk_previews.preview(world.desk, IDS, {"ids": 5}, "ann", most=2)
