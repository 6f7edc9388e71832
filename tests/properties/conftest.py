"""Hypothesis, the same every time; and worlds that are quickly made."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from entrypoints.logs import configure_logging
from persistence.database import open_engine
from service.clock import SetClock
from service.desk import Desk
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
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
settings.load_profile("same every time")

MakeWorld = Callable[[], World]


@pytest.fixture(autouse=True)
def quiet() -> None:
    configure_logging("error")


def _careless(connection: Any, _record: Any) -> None:
    """No world outlives its example, so nothing waits for the disk."""
    connection.execute("PRAGMA synchronous = OFF")


@dataclass(frozen=True)
class Ground:
    """A database that is up to date and empty, and the one desk over the place where it is copied to.

    The desk is the same for every world, because its engine remembers every statement it has compiled.
    """

    template: Path
    place: Path
    desk: Desk

    def clear(self) -> None:
        self.desk.store.close()
        for left in self.place.parent.glob(f"{self.place.name}*"):
            left.unlink()
        shutil.copy(self.template, self.place)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("worlds")
    place = folder / "world.db"
    engine = open_engine(f"sqlite:///{place}")
    event.listen(engine, "connect", _careless)
    desk = open_desk(engine, CATALOGUE, [parse_rules(text) for text in RULES], SetClock(START))
    desk.store.close()
    yield Ground(Path(shutil.copy(place, folder / "template.db")), place, desk)
    desk.store.close()


@pytest.fixture
def new_world(ground: Ground) -> MakeWorld:
    """Makes worlds, each on an empty database; making one ends the one before."""

    def make() -> World:
        ground.clear()
        clock = SetClock(START)
        return World(replace(ground.desk, clock=clock), clock)

    return make
