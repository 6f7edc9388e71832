"""Hypothesis, the same every time; and worlds that are quickly made."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from entrypoints.logs import configure_logging
from persistence.database import open_engine
from service.clock import SetClock
from service.opening import open_desk
from tests.properties.stories import RULES, START
from tests.properties.worlds import World
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

settings.register_profile(
    "same every time",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("same every time")

MakeWorld = Callable[[], World]


@pytest.fixture(autouse=True)
def quiet() -> None:
    configure_logging("error")


def _careless(connection: Any, _record: Any) -> None:
    """No world outlives its example, so nothing waits for the disk."""
    connection.execute("PRAGMA synchronous = OFF")


def _opened(database: Path) -> World:
    clock = SetClock(START)
    engine = open_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _careless)
    return World(open_desk(engine, CATALOGUE, [parse_rules(text) for text in RULES], clock), clock)


@pytest.fixture
def new_world(tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes worlds, each on an empty database of its own; one is closed when the next is made."""
    blank = tmp_path / "blank.db"
    _opened(blank).close()
    made: list[World] = []

    def make() -> World:
        while made:
            made.pop().close()
        for left in tmp_path.glob("world.db*"):
            left.unlink()
        made.append(_opened(Path(shutil.copy(blank, tmp_path / "world.db"))))
        return made[0]

    yield make
    for world in made:
        world.close()
