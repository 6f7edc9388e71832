"""A database in which much has happened, and ways to change it behind everybody's back."""

from collections.abc import Iterator

import pytest

from tests.money.world import World
from tests.verification.tampering import Tampering, lived


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = lived(World(database_url))
    yield made
    made.close()


@pytest.fixture
def tampering(world: World, database_url: str) -> Iterator[Tampering]:
    made = Tampering(database_url)
    yield made
    made.close()
