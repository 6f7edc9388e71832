"""The verdict on a changed catalogue: the same one touches nobody, and whom a changed one touches is found."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from entrypoints.catalogues import CatalogueError, load_catalogue
from entrypoints.cli.changing import UncheckableError
from entrypoints.cli.main import EXPECTED
from entrypoints.cli.main import app as command_line
from service.checking import Verdict, check, versions
from service.migrating import StrandedError
from tests.change.world import (
    CA,
    CERTIFICATE,
    GATEWAY,
    MOVED,
    NO_FAILED_STATE,
    catalogue_with,
    catalogue_without,
    populated,
    reopened,
    without_event,
    without_state,
)
from tests.money.world import World
from workflows.definition import Bar, Change, Product, Refundable
from workflows.differences import differences
from workflows.products import CATALOGUE
from workflows.reasons import PROMOTION_EXCLUDED
from workflows.words import ISSUED, PENDING, RESET, VALIDATION_FAILED

CHANGED_FILE = """
from dataclasses import replace
from workflows.catalogue import Catalogue
from workflows.definition import Refundable
from workflows.products import CATALOGUE as RUNNING

BARRED = Catalogue(*(replace(product, by_override=("issued",)) for product in RUNNING))
CATALOGUE = Catalogue(*(product for product in RUNNING if product.key != "https_acceleration_gateway"))
WRONG = "a text"
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = populated(database_url)
    yield world
    world.close()


def verdict_on(world: World, *altered: Product) -> Verdict:
    return check(world.desk, catalogue_with(*altered))


def stranded_in(verdict: Verdict) -> list[tuple[str, str, str, int]]:
    """Each stranding: its kind, the product, the state and how many."""
    return [(one.kind.value, one.stand.product, one.stand.state, one.stand.count) for one in verdict.strandings]


def illegal_in(verdict: Verdict) -> list[tuple[str, str | None, str, int]]:
    return [(one.move.event, one.move.source, one.move.target, one.move.count) for one in verdict.illegal]


def otherwise_in(verdict: Verdict) -> list[dict[str, Any]]:
    return [one.to_json() for one in verdict.judged.otherwise]


def test_the_same_catalogue_touches_nobody(world: World) -> None:
    world.ask("fresh")
    world.gateway_with_consumption("half")
    world.ask("half")
    world.later(days=9)
    seen: list[int] = []
    verdict = check(world.desk, CATALOGUE, seen.append)
    assert (verdict.touched, verdict.changed, verdict.lives, sum(seen)) == (False, (), 6, 6)


def test_nothing_is_written(world: World) -> None:
    def counts() -> list[Any]:
        with world.desk.store.reading() as connection:
            tables = ("history", "machine_definition", "product_state", "outbox")
            return [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables]

    before = counts()
    assert verdict_on(world, MOVED).touched
    assert counts() == before


def test_a_dropped_state_strands_those_in_it(world: World) -> None:
    verdict = verdict_on(world, NO_FAILED_STATE)
    assert stranded_in(verdict) == [("state_gone", "ssl_certificate", VALIDATION_FAILED, 2)]
    assert illegal_in(verdict) == [("certificate.validation_failed", "verifying", VALIDATION_FAILED, 2)]
    assert verdict.illegal[0].examples == ["failed-1", "failed-2"]
    assert not verdict.judged.otherwise


def test_a_mapping_leaves_nobody_stranded_and_says_what_becomes_of_them(world: World) -> None:
    verdict = verdict_on(world, MOVED)
    assert (stranded_in(verdict), illegal_in(verdict)) == ([], [])
    (moved,) = otherwise_in(verdict)
    assert (moved["count"], moved["money"]) == (2, {"USD": {"before": "3.20", "after": "3.20"}})
    ends = moved["examples"][0]
    assert [ends[side]["state"] for side in ("before", "after")] == [VALIDATION_FAILED, PENDING]
    assert [ends[side]["availability"] for side in ("before", "after")] == ["action_required", "available"]


def test_once_it_is_loaded_it_touches_nobody_any_more(world: World, database_url: str) -> None:
    desk = reopened(database_url, catalogue_with(MOVED), world.clock)
    assert not check(desk, catalogue_with(MOVED)).touched
    assert [version.rows for version in versions(desk) if version.machine == "ssl_certificate"] == [10, 2]
    desk.store.close()


def test_a_dropped_product_strands_all_its_resources(world: World) -> None:
    verdict = check(world.desk, catalogue_without("https_acceleration_gateway"))
    assert stranded_in(verdict) == [("product_gone", "https_acceleration_gateway", ISSUED, 1)]
    assert [(one.machine, one.differences) for one in verdict.changed] == [
        ("https_acceleration_gateway", ("it is gone",))
    ]


def test_a_removed_arc_makes_recorded_moves_illegal_and_lives_end_otherwise(world: World) -> None:
    world.tell("certificate.application_cancelled", "failed-1")
    verdict = verdict_on(world, without_event(CERTIFICATE, "certificate.application_cancelled"))
    assert illegal_in(verdict) == [("certificate.application_cancelled", VALIDATION_FAILED, PENDING, 1)]
    assert stranded_in(verdict) == [("no_way_to_refund", "ssl_certificate", VALIDATION_FAILED, 1)]
    ends = {one["examples"][0]["resource_id"]: one["examples"][0]["after"] for one in otherwise_in(verdict)}
    assert ends["failed-1"]["state"] == VALIDATION_FAILED
    assert ends["failed-2"]["availability"] == "unavailable"


def test_a_new_bar_decides_otherwise_with_amounts(world: World) -> None:
    bar = Bar("none while pending", PROMOTION_EXCLUDED, lambda resource: resource.state == PENDING)
    verdict = verdict_on(world, replace(CERTIFICATE, bars=(*CERTIFICATE.bars, bar)))
    assert not illegal_in(verdict)
    (barred,) = [one for one in otherwise_in(verdict) if one["examples"][0]["resource_id"] == "fresh"]
    assert barred["money"] == {"USD": {"before": "1.60", "after": "0.00"}}
    assert barred["examples"][0]["before"]["availability"] == "available"
    assert barred["examples"][0]["after"] == {
        "state": PENDING,
        "availability": "unavailable",
        "refund": None,
        "amount_minor": None,
    }


def test_a_remedy_that_is_none_any_more_leaves_no_way_to_a_refund(world: World) -> None:
    arcs = tuple(
        replace(arc, step=None) if arc.event == "certificate.revocation_completed" else arc for arc in CERTIFICATE.arcs
    )
    verdict = verdict_on(world, replace(CERTIFICATE, arcs=arcs))
    assert stranded_in(verdict) == [("no_way_to_refund", "ssl_certificate", ISSUED, 1)]
    assert [one["examples"][0]["resource_id"] for one in otherwise_in(verdict)] == ["issued"]


def test_after_the_deadline_there_was_no_way_to_lose(world: World) -> None:
    world.later(days=9)
    assert not stranded_in(verdict_on(world, without_event(CERTIFICATE, "certificate.application_cancelled")))


def test_a_state_that_only_leads_back_to_itself_is_no_way_on(world: World) -> None:
    whole = tuple(way for way in without_state(GATEWAY, RESET).refundable if not way.partial)
    verdict = verdict_on(world, replace(without_state(GATEWAY, RESET), refundable=whole))
    assert ("no_way_on", "https_acceleration_gateway", ISSUED, 1) in stranded_in(verdict)


def test_an_amount_that_changes_is_decided_otherwise(world: World) -> None:
    world.gateway_with_consumption("half")
    whole = replace(GATEWAY, refundable=(*GATEWAY.refundable[:2], Refundable(ISSUED)))
    money = {one["examples"][0]["resource_id"]: one["money"] for one in otherwise_in(verdict_on(world, whole))}
    assert money["half"] == {"USD": {"before": "1.28", "after": "1.60"}}


def test_a_definition_that_fails_at_a_life_is_a_finding(world: World) -> None:
    broken = Change("count what is not there", lambda facts, _data: {"units": facts["none"]})
    arcs = tuple(replace(arc, change=broken) if arc.event == "gateway.domain_added" else arc for arc in GATEWAY.arcs)
    verdict = verdict_on(world, replace(GATEWAY, arcs=arcs))
    assert [one.to_json() for one in verdict.judged.broken] == [
        {"error": "KeyError: 'none'", "count": 1, "example": "gateway"}
    ]
    assert verdict.touched


def test_differences_are_told_arc_by_arc() -> None:
    assert differences(CERTIFICATE.content, CERTIFICATE.content) == ()
    assert differences(json.loads(json.dumps(CA.content)), CA.content) == ()
    told = differences(CERTIFICATE.content, MOVED.content)
    assert "state validation_failed is gone" in told
    assert "certificate.validation_failed: verifying → validation_failed is gone" in told
    assert "resources of the earlier state validation_failed go on in pending" in told
    guarded = replace(CA, arcs=tuple(replace(arc, guards=()) for arc in CA.arcs))
    assert differences(CA.content, guarded.content) == (
        "ca.reset: issued → reset is guarded by nothing, no longer by data deletion confirmed",
    )
    bound = replace(CA, refundable=(Refundable(PENDING), Refundable(RESET)))
    assert differences(CA.content, bound.content) == ("a refund from reset is in full now, no longer by the deadline",)


class TestCommandLine:
    @pytest.fixture
    def run(self, database_url: str, world: World) -> Any:
        def run(*words: str) -> Any:
            environment = {"REFUNDRY_DATABASE_URL": database_url, "TERM": "dumb", "NO_COLOR": "1"}
            return CliRunner().invoke(command_line, ["workflows", *words], env=environment)

        return run

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "changed.py"
        path.write_text(CHANGED_FILE, encoding="utf-8")
        return path

    def test_nobody_touched_is_0(self, run: Any) -> None:
        answer = run("check")
        assert (answer.exit_code, answer.stdout.splitlines()[-1][:17]) == (0, "nobody is touched")

    def test_somebody_touched_is_1_and_told_in_words(self, run: Any, file: Path) -> None:
        answer = run("check", "--catalogue", str(file))
        assert answer.exit_code == 1
        assert "stranded  1 resource is stranded, such as gateway (https_acceleration_gateway" in answer.stdout
        assert "somebody is touched  5 lives told again" in answer.stdout

    def test_as_json(self, run: Any, file: Path) -> None:
        answer = run("check", "--catalogue", f"{file}:BARRED", "--json")
        told = json.loads(answer.stdout)
        judged = {"otherwise", "broken", "put_away"}
        assert {"as_of", "lives", "touched", "definitions", "stranded", "illegal"} | judged == told.keys()
        assert told["definitions"][0]["differences"][-1] == "refund by override from issued is new"

    def test_what_cannot_be_checked_is_2(self, tmp_path: Path) -> None:
        answer = CliRunner().invoke(
            command_line, ["workflows", "check"], env={"REFUNDRY_DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}
        )
        assert isinstance(answer.exception, UncheckableError)
        assert "refundry db upgrade" in str(answer.exception)
        assert [EXPECTED[kind] for kind in (UncheckableError, CatalogueError, StrandedError)] == [2, 2, 2]

    def test_versions_say_what_each_decided(self, run: Any) -> None:
        told = {one["machine"]: one for one in json.loads(run("versions", "--json").stdout)["items"]}
        assert told["ssl_certificate"]["hash"] == CERTIFICATE.definition_hash
        assert (told["ssl_certificate"]["rows"], told["window"]["rows"]) == (10, 0)
        assert "decided 10 rows  runs here" in run("versions").stdout

    def test_list_and_show_need_no_database(self) -> None:
        listed = CliRunner().invoke(command_line, ["workflows", "list"]).stdout
        assert f"ssl_certificate              {CERTIFICATE.definition_hash[:12]}  8 states" in listed
        shown = CliRunner().invoke(command_line, ["workflows", "show", "private_ca"]).stdout
        assert "ca.reset → reset  by the customer [data deletion confirmed]" in shown
        assert CliRunner().invoke(command_line, ["workflows", "show", "toaster"]).exit_code == 2


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("nowhere:CATALOGUE", "ModuleNotFoundError"),
        ("{file}:WRONG", "has a str named WRONG; it must be a Catalogue"),
        ("{file}:NONE", "has no NONE"),
        ("{folder}/none.py", "FileNotFoundError"),
    ],
)
def test_a_catalogue_that_cannot_be_loaded_is_said_to_be_one(tmp_path: Path, told: str, fault: str) -> None:
    file = tmp_path / "changed.py"
    file.write_text(CHANGED_FILE, encoding="utf-8")
    with pytest.raises(CatalogueError, match=fault):
        load_catalogue(told.format(file=file, folder=tmp_path))


def test_a_catalogue_is_found_by_module_and_name() -> None:
    assert load_catalogue("workflows.products:CATALOGUE") is load_catalogue("workflows.products") is CATALOGUE
