"""Fixtures: a world on each kind of store, and a client of a service over it."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.money.world import World
from tests.robustness.services import InThread


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.close()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    service = InThread(Wired(world.desk, Settings(), None, world.clock))
    yield service.client
    service.stop()
