"""The published dashboards and alerts ask only for what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from sqlalchemy import text

from ops.grafana.dashboards import VIEWS, dashboards
from tests.goldens import ROOT
from tests.reports.conftest import Filled
from tests.reports.test_metrics import scraped

RULES = ROOT / "ops/prometheus/refundry.rules.yml"
RUNBOOK = ROOT / "docs/runbook.md"
OF_THE_PROCESS_ONCE_IT_WORKED = {"refundry_scheduler_silence_seconds", "refundry_scheduler_restarts_total"}


def panels(name: str) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads((ROOT / "ops/grafana" / name).read_text(encoding="utf-8"))["panels"]
    return held


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"refundry_\w+", expression))


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def expressions() -> Iterator[str]:
    for panel in panels("refundry-prometheus.json"):
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in alerts())


def test_every_metric_that_is_asked_for_exists(world: Filled) -> None:
    assert world.client.get("/healthz").status_code == 200
    there = set(scraped(world.client)) | OF_THE_PROCESS_ONCE_IT_WORKED
    asked = {name for expression in expressions() for name in metrics_in(expression)}
    assert len(asked) > 15 and asked <= there


@pytest.mark.parametrize("name", ["refundry-views-postgresql.json", "refundry-views-sqlite.json"])
def test_every_query_of_a_dashboard_can_be_run(world: Filled, name: str) -> None:
    (member,) = {"rawSql", "queryText"} & set(panels(name)[0]["targets"][0])
    queries = [target[member] for panel in panels(name) for target in panel["targets"]]
    assert queries == [one.query for one in VIEWS]
    with world.desk.store.reading() as connection:
        for query in queries:
            assert connection.execute(text(query)).all(), query


@pytest.mark.parametrize(("name", "written"), list(dashboards()), ids=[name for name, _ in dashboards()])
def test_a_dashboard_is_what_the_models_of_grafana_read(name: str, written: str) -> None:
    register_default_plugins()
    told = json.loads(written)
    understood = json.loads(json.dumps(Dashboard.from_json(told), cls=JSONEncoder))
    assert not list(lost(told, understood, "$"))
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in told["panels"]}) == len(told["panels"])
    assert {panel["datasource"]["uid"] for panel in told["panels"]} == {"${source}"}
    assert name.startswith("refundry-") and told["uid"] == Path(name).stem


def lost(told: Any, understood: Any, path: str) -> Iterator[str]:
    """What a model did not take over, by its path; what it adds are its defaults."""
    if isinstance(told, dict) and isinstance(understood, dict):
        for name, value in told.items():
            yield from lost(value, understood.get(name), f"{path}.{name}")
    elif isinstance(told, list) and isinstance(understood, list) and len(told) == len(understood):
        for index, value in enumerate(told):
            yield from lost(value, understood[index], f"{path}[{index}]")
    elif told != understood:
        yield f"{path}: {told!r} became {understood!r}"


def test_what_a_model_does_not_know_is_noticed() -> None:
    told = json.loads(next(iter(dashboards()))[1])
    told["panels"][0]["titel"] = "typo"
    understood = json.loads(json.dumps(Dashboard.from_json(told), cls=JSONEncoder))
    assert list(lost(told, understood, "$")) == ["$.panels[0].titel: 'typo' became None"]


def test_every_alert_has_its_section_in_the_runbook() -> None:
    sections = [line.removeprefix("## ") for line in RUNBOOK.read_text("utf-8").splitlines() if line.startswith("## ")]
    assert sections == [rule["alert"] for rule in alerts()]
    for rule in alerts():
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert {"summary", "description"} <= set(rule["annotations"])


def test_every_alert_is_tested() -> None:
    held = yaml.safe_load((ROOT / "ops/prometheus/refundry.test.yml").read_text(encoding="utf-8"))
    fired = {one["alertname"] for group in held["tests"] for one in group["alert_rule_test"] if "exp_alerts" in one}
    quiet = {one["alertname"] for group in held["tests"] for one in group["alert_rule_test"] if "exp_alerts" not in one}
    assert fired == quiet == {rule["alert"] for rule in alerts()}
