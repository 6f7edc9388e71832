"""Other rules for many: who fares otherwise and by how much, the same rules for nobody, and nothing is written."""

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given, settings

from persistence import lives
from persistence.cohorts import Cohort
from service.cohorts import Inquiry, comparisons, size
from tests.money.world import World
from tests.properties.conftest import Ground, MakeWorld, ground, new_world
from tests.properties.stories import RULES, Move, stories
from tests.whatif.stories import FOURTEEN, everything, tell_stories
from workflows.amending import amended
from workflows.comparing import Comparison, Tally, Turn
from workflows.retelling import decided_anew, retold
from workflows.rules import RuleBook, parse_rules
from workflows.step import Policy
from workflows.upshot import Kind, lived, supposed

__all__ = ["Ground", "ground", "new_world"]
PROMPT, DEAR = 160, 70_000


def asked(world: World, settings: dict[str, Any], **cohort: Any) -> tuple[Tally, dict[str, Comparison]]:
    rules = amended(world.desk.policy.rulebook.in_force(world.clock.now()), settings)
    tally = Tally()
    found = [one for some in comparisons(world.desk, Inquiry(rules, Cohort(**cohort))) for one in some]
    tally.add_all(found)
    return tally, {one.resource_id: one for one in found}


def test_fourteen_days_instead_of_seven(world: World) -> None:
    tell_stories(world)
    before = everything(world)
    tally, found = asked(world, FOURTEEN)
    kinds = {subject: (one.before.kind, one.after.kind) for subject, one in found.items()}
    assert kinds == {
        "prompt": (Kind.REFUNDED, Kind.REFUNDED),
        "late": (Kind.REFUSED, Kind.REFUNDED),
        "dear": (Kind.REFUSED, Kind.IN_REVIEW),
        "idle": (Kind.UNAVAILABLE, Kind.POSSIBLE),
        "used": (Kind.UNAVAILABLE, Kind.UNAVAILABLE),
        "partial": (Kind.IN_REVIEW, Kind.IN_REVIEW),
    }
    assert found["late"].before.refused_for == ("window_closed",)
    assert (tally.resources, tally.changed, tally.deadlines_moved) == (6, 3, 6)
    assert tally.turns == {Turn.OTHERWISE: 3}
    money = tally.to_json()["money"]["USD"]
    assert [money[name]["difference_minor"] for name in ("refunded", "in_review", "still_refundable")] == [
        PROMPT, DEAR, 160,
    ]  # fmt: skip
    assert everything(world) == before


def test_a_day_instead_of_seven_makes_a_refund_illegal_and_strands_nobody_later(world: World) -> None:
    tell_stories(world)
    tally, found = asked(world, {"window.days": 1, "window.convention": "exact", "late_arrival": "1s"})
    assert found["prompt"].turn is Turn.ILLEGAL
    assert found["prompt"].after.refused_for == ("window_closed",)
    assert tally.to_json()["money"]["USD"]["refunded"]["difference_minor"] == -PROMPT
    assert tally.turns[Turn.STRANDED] == 0


def test_what_can_still_be_refunded_is_stranded_by_a_shorter_window(world: World) -> None:
    world.pay("open")
    world.later(days=3)
    tally, found = asked(world, {"window.days": 1})
    assert found["open"].turn is Turn.STRANDED
    assert tally.to_json()["money"]["USD"]["still_refundable"]["difference_minor"] == -160


def test_coupons_shared_in_proportion_change_what_a_gateway_pays_back(world: World) -> None:
    world.pay("g", product="https_acceleration_gateway", quota_units=300, cash_paid="1.20", coupon_paid="0.40")
    world.tell("gateway.domain_added", "g")
    world.tell("gateway.quota_consumed", "g", units=60)
    _, found = asked(world, {"money.coupon_allocation": "coupon_first"})
    assert (found["g"].before.amount_minor, found["g"].after.amount_minor) == (96, 120)


@pytest.mark.parametrize(
    ("cohort", "members"),
    [
        ({"product": "cloud_deployment"}, {"used"}),
        ({"account_id": "nobody"}, set()),
        ({"currency": "EUR"}, set()),
        ({"promotion": "none"}, set()),
    ],
)
def test_a_cohort_is_what_its_filter_lets_through(world: World, cohort: dict[str, Any], members: set[str]) -> None:
    tell_stories(world)
    _, found = asked(world, FOURTEEN, **cohort)
    assert set(found) == members
    start = min(one.payment.paid_at for one in asked(world, FOURTEEN)[1].values())
    assert not asked(world, FOURTEEN, until=start)[1]
    assert len(asked(world, FOURTEEN, since=start)[1]) == 6


def test_a_limit_takes_the_first_by_id(world: World) -> None:
    tell_stories(world)
    inquiry = Inquiry(world.desk.policy.rulebook.in_force(world.clock.now()), Cohort(), limit=2)
    assert size(world.desk, inquiry) == 2
    assert [one.resource_id for some in comparisons(world.desk, inquiry) for one in some] == ["dear", "idle"]


@settings(max_examples=60)
@given(story=stories())
def test_the_same_rules_change_nothing_and_the_short_way_leads_where_the_long_one_does(
    new_world: MakeWorld, story: list[Move]
) -> None:
    played = new_world().play(story)
    desk, now = played.desk, played.clock.now()
    with desk.store.reading() as connection:
        found = lives.of_resources(connection, list(played.resources()))
    for resource_id, resource in played.resources().items():
        life = found[resource_id]
        real = lived(desk.policy, resource, life, now)
        same = replace(desk.policy, chained=False)
        assert supposed(same, decided_anew(same, resource, life, now), life, real, now) == real
        for rules in (amended(parse_rules(RULES[0]), FOURTEEN), amended(parse_rules(RULES[1]), {"window.days": 2})):
            other = Policy(desk.policy.catalogue, RuleBook([rules]), chained=False)
            short = supposed(other, decided_anew(other, resource, life, now), life, real, now)
            assert short == supposed(other, retold(other, life, now), life, real, now)


def test_an_answer_in_json(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    told = client.post("/v1/simulations/cohorts", json={"set": FOURTEEN, "examples": 1}).json()
    assert (told["resources"], told["changed"]) == (6, 3)
    assert {one["resource_id"] for one in told["examples"]} == {"dear", "idle", "late"}
    assert {"before": "refused", "after": "refunded", "resources": 1} in told["kinds"]


def test_an_answer_in_lines_ends_with_its_summary(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    answer = client.post("/v1/simulations/cohorts", json={"set": FOURTEEN}, headers={"accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert {line["changed"]["resource_id"] for line in lines if "changed" in line} == {"dear", "idle", "late"}
    assert [line["progress"] for line in lines if "progress" in line][-1] == {"done": 6, "total": 6}
    assert lines[-1]["summary"]["changed"] == 3


def test_an_answer_in_csv_has_every_changed_resource(world: World, client: httpx.Client) -> None:
    world.pay("=cmd()")
    tell_stories(world)
    answer = client.post("/v1/simulations/cohorts", json={"set": FOURTEEN}, headers={"accept": "text/csv"})
    rows = {row["resource_id"]: row for row in csv.DictReader(StringIO(answer.text))}
    assert set(rows) == {"dear", "idle", "late", "'=cmd()"}
    late = rows["late"]
    assert (late["before"], late["after"], late["after_amount"]) == ("refused", "refunded", "1.60")
    assert late["before_refused_for"] == "window_closed"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "one of rules, rules_version, set"),
        ({"set": {"window.dayz": 1}}, "unknown setting window.dayz"),
        ({"set": {"window.days": "14"}}, "window.days is '14'"),
        ({"set": {"effective_from.x": 1}}, "effective_from is a setting itself"),
        ({"set": [1]}, "set is [1]; it must be an object"),
        ({"rules": "version ="}, "not TOML"),
        ({"rules": 'version = "x"'}, "effective_from is missing"),
        ({"rules_version": "none"}, "the versions kept are test"),
        ({"rules_version": "test", "set": {}}, "rules_version and set are given"),
        ({"set": {}, "cohort": {"since": "tomorrow"}}, "cohort.since"),
        ({"set": {}, "cohort": {"product": "x"}}, "it must be one of ssl_certificate"),
        ({"set": {}, "cohort": {"limit": 0}}, "cohort.limit is 0"),
        ({"set": {}, "cohort": {"limt": 5}}, "unknown member cohort.limt"),
        ({"set": {}, "examples": 1000}, "examples is 1000"),
    ],
)
def test_an_inquiry_that_cannot_be_is_told_what_is_wrong(
    client: httpx.Client, body: dict[str, Any], named: str
) -> None:
    answer = client.post("/v1/simulations/cohorts", json=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_supposition"
    assert named in answer.json()["detail"]
