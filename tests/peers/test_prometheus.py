"""Prometheus' own tool reads what `/metrics` says and runs the tests of the alerts."""

import shutil
import subprocess
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.goldens import ROOT
from tests.hooks.world import TellingWorld
from tests.reports.serving import served_alone

pytestmark = pytest.mark.peers
FOLDER = ROOT / "ops/prometheus"


def promtool(*arguments: str, told: str | None = None) -> str:
    found = shutil.which("promtool")
    assert found, "promtool is not installed (Debian: prometheus)"
    answer = subprocess.run(
        [found, *arguments], input=told, capture_output=True, text=True, cwd=FOLDER, timeout=120, check=False
    )
    assert answer.returncode == 0, f"{answer.stdout[-3000:]}\n{answer.stderr[-3000:]}"
    return answer.stdout + answer.stderr


def test_metrics_are_well_formed_and_named_as_is_usual(tmp_path: Path) -> None:
    world = TellingWorld(f"sqlite:///{tmp_path / 'peer.db'}")
    world.pay("r-1", "sandbox_lost_reply")
    world.ask("r-1")
    world.ask("r-1")
    world.later(seconds=0)
    with served_alone(world.desk, world.clock) as client:
        client.get("/v1/resources/r-1")
        printed = metrics(client)
    assert not promtool("check", "metrics", told=printed).strip()


def metrics(client: httpx.Client) -> str:
    return client.get("/metrics").text


def test_rules_are_well_formed() -> None:
    assert "12 rules found" in promtool("check", "rules", "refundry.rules.yml")


def test_alerts_fire_when_they_should_and_not_before() -> None:
    assert "SUCCESS" in promtool("test", "rules", "refundry.test.yml")
