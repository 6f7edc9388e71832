"""Hypothesis, the same every time; and worlds that are quickly made."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, event

from entrypoints.logs import configure_logging
from persistence.database import open_engine
from persistence.store import Store
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from service.sandbox import Sandbox
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


def _engine(database: Path) -> Engine:
    engine = open_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _careless)
    return engine


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Desk]]:
    """An empty database that is up to date, and the desk that made it so."""
    database = tmp_path_factory.mktemp("blank") / "blank.db"
    desk = open_desk(_engine(database), CATALOGUE, [parse_rules(text) for text in RULES], SetClock(START))
    desk.store.close()
    yield database, desk


@pytest.fixture
def new_world(blank: tuple[Path, Desk], tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes worlds, each on an empty database of its own; one is closed when the next is made."""
    template, desk = blank
    made: list[World] = []

    def make() -> World:
        while made:
            made.pop().close()
        for left in tmp_path.glob("world.db*"):
            left.unlink()
        store, clock = Store(_engine(Path(shutil.copy(template, tmp_path / "world.db")))), SetClock(START)
        over = replace(desk, store=store, clock=clock, providers={"sandbox": Sandbox(store)})
        made.append(World(over, clock))
        return made[0]

    yield make
    for world in made:
        world.close()
