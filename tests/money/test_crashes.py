"""Killed at every point between two calls of a refund, it ends once, and right, after a restart."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from persistence.ledger import CREDIT
from persistence.resources import REFUND
from persistence.sandbox import SANDBOX
from service.crash import POINTS
from tests.goldens import ROOT
from tests.money.world import PAID_AT, World

ENDS = {
    "sandbox_ok": ("succeeded", 1, 0),
    "sandbox_method_gone": ("succeeded", 0, 1),
    "sandbox_fails": ("failed", 0, 0),
    "sandbox_lost_reply": ("succeeded", 1, 0),
    "sandbox_down_2h": ("succeeded", 1, 0),
    "sandbox_pending_1d": ("succeeded", 1, 0),
    "sandbox_reversed_1d": ("reversed", 1, 1),
}
#: Where a reference passes a point more than once, the second passing is a point of its own.
SECOND = ("sandbox_lost_reply", "sandbox_down_2h", "sandbox_pending_1d", "sandbox_reversed_1d")
CASES = [(reference, point) for reference in ENDS for point in POINTS] + [
    (reference, f"{point}:2") for reference in SECOND for point in POINTS if point != "asked"
]


@pytest.mark.parametrize(("reference", "point"), CASES)
def test_killed_there_it_ends_once(reference: str, point: str, any_database_url: str) -> None:
    world = World(any_database_url)
    world.pay("r", reference)
    world.close()
    child = subprocess.run(
        [sys.executable, "-m", "tests.money.crash_child", any_database_url, (PAID_AT + timedelta(days=1)).isoformat()],
        cwd=ROOT,
        env={**os.environ, "REFUNDRY_CRASH_AT": point},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()

    world = World(any_database_url)
    world.clock.advance(PAID_AT + timedelta(days=1))
    world.later(days=5)
    status, taken, credited = ENDS[reference]
    assert world.status("r") == status
    with world.desk.store.reading() as connection:
        assert connection.execute(select(func.count()).where(SANDBOX.c.taken_at.is_not(None))).scalar_one() == taken
        assert connection.execute(select(func.count()).select_from(CREDIT)).scalar_one() == credited
        assert connection.execute(select(func.count()).select_from(REFUND)).scalar_one() == 1
    endings = Counter(event for event in world.events("r") if event in ("refund.succeeded", "refund.failed"))
    assert list(endings.values()) == [1]
    world.close()
