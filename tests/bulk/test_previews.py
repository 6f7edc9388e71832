"""Previews of any size: judged portion by portion, made once, gone on with by whoever comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pytest

from persistence.listing import Filter
from scheduler.errands import Errands
from service import bulk, bulk_previews
from service.bulk import BulkConflictError
from service.desk import Desk
from service.selections import by_availability, judged
from tests.change.world import catalogue_without
from tests.money.world import World
from workflows.conditions import Case
from workflows.resource import Resource
from workflows.step import Policy

RUN = "a" * 32


@pytest.fixture
def seven(world: World) -> World:
    """Seven resources of one account, two of them used."""
    for number in range(5):
        world.pay(f"r-{number}")
    for number in range(2):
        world.pay(f"used-{number}", product="message_notification")
        world.tell("notification.configured", f"used-{number}")
    return world


def begun(world: World, run_id: str = RUN) -> bulk.Run:
    wanted = Filter(at=world.clock.now(), account_id="account-1")
    return bulk_previews.begin(world.desk, wanted, {"filter": {"account_id": "account-1"}}, "ann", run_id)


def judged_through(desk: Desk, run_id: str, portion: int) -> Iterator[bulk.Run]:
    run = bulk.view(desk, run_id)
    while run.status == "judging":
        run = bulk_previews.judge_some(desk, run_id, portion)
        yield run


@pytest.mark.parametrize("portion", [1, 3, 7, 100])
def test_portion_by_portion_comes_to_the_same_as_at_once(seven: World, portion: int) -> None:
    begun(seven)
    run = list(judged_through(seven.desk, RUN, portion))[-1]
    wanted = Filter(at=seven.clock.now(), account_id="account-1")
    at_once = bulk_previews.preview(seven.desk, wanted, run.selection, "ann")
    assert replace(run, id=at_once.id) == at_once
    ids = [item.resource_id for item in bulk.page(seven.desk, RUN, None, -1, 100)]
    assert run.digest == sha256("\n".join(ids).encode()).hexdigest()
    assert (run.status, run.count, run.at_work) == ("previewed", 7, False)


def test_it_is_begun_once_and_cannot_be_carried_out_before_it_is_made(seven: World) -> None:
    first = begun(seven)
    assert (first.status, first.at_work, begun(seven)) == ("judging", True, first)
    bulk_previews.judge_some(seven.desk, RUN, 3)
    with pytest.raises(BulkConflictError, match="still being made"):
        bulk.start(seven.desk, RUN, "ann", "k")
    assert begun(seven).count == 3


def test_what_comes_to_match_behind_the_place_is_judged_as_of_the_beginning(seven: World) -> None:
    begun(seven)
    bulk_previews.judge_some(seven.desk, RUN, 2)
    as_of = bulk.view(seven.desk, RUN).as_of
    seven.later(days=30)
    run = list(judged_through(seven.desk, RUN, 3))[-1]
    assert run.as_of == as_of
    assert run.preview["groups"]["at_once"]["count"] == 5


def test_errands_judge_and_ask_until_somebody_stops_them(seven: World) -> None:
    errands = Errands(seven.desk)
    begun(seven)
    errands.beat()
    assert bulk.view(seven.desk, RUN).status == "previewed"
    bulk.start(seven.desk, RUN, "ann", "k", by_itself=True)
    assert bulk.at_work(seven.desk) == [RUN]
    bulk.turn(seven.desk, RUN, on=False)
    errands.beat()
    assert bulk.view(seven.desk, RUN).done["count"] == 0
    bulk.turn(seven.desk, RUN, on=True)
    errands.beat()
    run = bulk.view(seven.desk, RUN)
    assert (run.status, run.done, run.at_work) == ("finished", run.preview, False)
    assert not bulk.turn(seven.desk, RUN, on=True).at_work


def test_a_run_that_fails_holds_up_no_other(seven: World) -> None:
    begun(seven)
    other = bulk_previews.begin(seven.desk, Filter(at=seven.clock.now(), state="pending"), {}, "ann", "b" * 32)
    Errands(replace(seven.desk, policy=Fails(seven.desk.policy.catalogue, seven.desk.policy.rulebook))).beat()
    assert [bulk.view(seven.desk, run_id).status for run_id in (RUN, other.id)] == ["judging", "previewed"]


class Fails(Policy):
    """A policy that breaks down over whatever is used."""

    def case(self, resource: Resource, at: datetime, unresolved: int = 0) -> Case:
        if resource.state == "issued":
            raise RuntimeError("broken")
        return super().case(resource, at, unresolved)


def test_what_only_an_earlier_definition_could_judge_is_an_outcome_of_its_row(seven: World) -> None:
    seven.pay("gate", product="https_acceleration_gateway", quota_units=300)
    desk = replace(
        seven.desk, policy=Policy(catalogue_without("https_acceleration_gateway"), seven.desk.policy.rulebook)
    )
    seen = bulk_previews.preview(desk, ["gate", "r-0"], {"ids": 2}, "ann")
    assert {name: group["count"] for name, group in seen.preview["groups"].items()} == {"at_once": 1, "failed": 1}
    assert (seen.preview["reasons"], seen.done["count"]) == ({"earlier_definition": 1}, 1)
    bulk.start(desk, seen.id, "ann", "k")
    run = list(bulk.carry_on(desk, seen.id))[-1]
    assert (run.status, run.done) == ("finished", seen.preview)
    [row] = bulk.page(desk, run.id, "failed", -1, 10)
    assert "gate is of the product https_acceleration_gateway" in row.reasons[0]["message"]
    totals = by_availability(judged(desk, ["gate", "r-1", "nobody"], seven.clock.now()))
    assert {name: group.count for name, group in totals.groups.items()} == {"available": 1, "unjudged": 1, "unknown": 1}


def test_one_that_only_an_earlier_definition_could_judge_by_the_time_it_is_asked_for_has_failed(seven: World) -> None:
    seven.pay("gate", product="https_acceleration_gateway", quota_units=300)
    seen = bulk_previews.preview(seven.desk, ["gate", "r-0"], {"ids": 2}, "ann")
    bulk.start(seven.desk, seen.id, "ann", "k")
    desk = replace(
        seven.desk, policy=Policy(catalogue_without("https_acceleration_gateway"), seven.desk.policy.rulebook)
    )
    run = list(bulk.carry_on(desk, seen.id))[-1]
    assert {name: group["count"] for name, group in run.done["groups"].items()} == {"at_once": 1, "failed": 1}
    assert run.done["reasons"] == {"earlier_definition": 1}


def test_runs_are_listed_newest_first(seven: World) -> None:
    made = []
    for _ in range(3):
        made.append(bulk_previews.preview(seven.desk, ["r-0"], {"ids": 1}, "ann"))
        seven.later(hours=1)
    first = bulk.runs(seven.desk, None, 2)
    rest = bulk.runs(seven.desk, bulk.Place(first[-1].as_of, first[-1].id), 2)
    assert [run.id for run in first + rest] == [run.id for run in reversed(made)]
