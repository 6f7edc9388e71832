"""A world that tells, on every kind of database, and receivers to tell."""

from collections.abc import Iterator

import pytest

from tests.hooks.receivers import Receiver, listening
from tests.hooks.world import TellingWorld


@pytest.fixture
def world(database_url: str) -> Iterator[TellingWorld]:
    made = TellingWorld(database_url)
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


@pytest.fixture
def other() -> Iterator[Receiver]:
    with listening() as one:
        yield one
