"""A verdict on rules before they are loaded: conflicts, differences, and who would fare otherwise."""

from typing import Any

import httpx2 as httpx
import pytest

from tests.money.world import RULES, World
from tests.whatif.stories import everything, tell_stories
from workflows.amending import amended, differences, told_setting
from workflows.rules import RulesError, parse_rules

SAME_TERMS = RULES.replace('"test"', '"next"').replace("2026-01-01", "2027-01-01")


def verdict(client: httpx.Client, rules: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/rules/check", json={"rules": rules, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_the_same_terms_later_are_fine(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    before = everything(world)
    told = verdict(client, SAME_TERMS)
    assert told["fine"] and not told["findings"] and not told["differences"]
    assert (told["population"]["resources"], told["population"]["changed"]) == (6, 0)
    assert everything(world) == before
    assert verdict(client, RULES)["known"]


def test_a_shorter_window_is_something_to_look_at(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    world.pay("open")
    world.later(days=2)
    told = verdict(client, SAME_TERMS + '[window]\ndays = 1\nconvention = "exact"\n')
    assert {"setting": "window.days", "before": 7, "after": 1} in told["differences"]
    assert told["population"]["turns"] == {"illegal": 2, "stranded": 1, "otherwise": 0}
    assert len(told["findings"]) == 2
    assert verdict(client, SAME_TERMS, since="2026-03-10T00:00:00Z")["population"]["resources"] == 1


@pytest.mark.parametrize(
    ("rules", "conflict"),
    [
        (SAME_TERMS.replace('"next"', '"test"'), "given twice with different terms"),
        (SAME_TERMS.replace("2027-01-01", "2026-01-01"), "at the same instant"),
    ],
)
def test_rules_that_could_not_be_loaded_are_in_conflict(client: httpx.Client, rules: str, conflict: str) -> None:
    told = verdict(client, rules)
    assert conflict in told["conflict"]
    assert told["findings"] == [told["conflict"]]


def test_resources_paid_after_the_start_keep_their_version(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    told = verdict(client, SAME_TERMS.replace("2027-01-01", "2026-02-01"))
    assert told["paid_before_loading"] == 6
    assert "6 resources are paid already" in told["findings"][0]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "rules is None"),
        ({"rules": "x ="}, "not TOML"),
        ({"rules": "[" * 20_000}, "rules: "),
        ({"rules": SAME_TERMS, "since": "x"}, "since: "),
        ({"rules": SAME_TERMS, "sinse": "x"}, "unknown member sinse"),
    ],
)
def test_a_check_that_cannot_be_is_told_what_is_wrong(client: httpx.Client, body: dict[str, Any], named: str) -> None:
    answer = client.post("/v1/rules/check", json=body)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]


def test_settings_are_told_as_in_toml_or_as_plain_words() -> None:
    told = ["window.days=14", "money.coupon_allocation=proportional", 'late_arrival="2h"', "review.above.EUR='9.00'"]
    changed = amended(parse_rules(RULES), dict(told_setting(one) for one in told))
    found = {one.setting: one.after for one in differences(parse_rules(RULES), changed)}
    assert found == {"window.days": 14, "late_arrival": "2h", "review.above.EUR": "9.00"}
    assert not differences(parse_rules(RULES), amended(parse_rules(RULES), {}))
    with pytest.raises(RulesError, match="no change of a setting"):
        told_setting("window.days")
