"""Fixtures: a database file, a desk over it, the application over the desk, and processes of its own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2 as httpx
import pytest

from entrypoints.http.state import Wired
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from persistence.database import open_engine
from scheduler.metronome import Metronome
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.robustness.services import InThread, Process, launched
from workflows.products import CATALOGUE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
Serve = Callable[..., httpx.Client]
Launch = Callable[..., Process]


class Hand:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture(autouse=True)
def quiet() -> None:
    configure_logging("error")


def opened(database: Path, clock: SetClock) -> Desk:
    return open_desk(open_engine(f"sqlite:///{database}"), CATALOGUE, [], clock)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is up to date and empty."""
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    opened(path, SetClock(NOW)).store.close()
    return path


@pytest.fixture
def database(blank: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(blank, tmp_path / "refundry.db"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def desk(database: Path, clock: SetClock) -> Iterator[Desk]:
    desk = opened(database, clock)
    yield desk
    desk.store.close()


@pytest.fixture
def serve(clock: SetClock) -> Iterator[Serve]:
    """Serves a desk, with real HTTP on loopback, until the test ends."""
    running: list[InThread] = []

    def start(desk: Desk, metronome: Metronome | None = None) -> httpx.Client:
        running.append(InThread(Wired(desk, Settings(), metronome, clock)))
        return running[-1].client

    yield start
    for service in running:
        service.stop()


@pytest.fixture
def client(desk: Desk, serve: Serve) -> httpx.Client:
    """A client of the application over the desk; the time is NOW."""
    return serve(desk)


@pytest.fixture(scope="module")
def stranger(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that stays for a whole file: for requests that are turned away."""
    clock = SetClock(NOW)
    desk = opened(Path(shutil.copy(blank, tmp_path_factory.mktemp("lasting") / "refundry.db")), clock)
    service = InThread(Wired(desk, Settings(), None, clock))
    yield service.client
    service.stop()


@pytest.fixture
def launch(database: Path) -> Iterator[Launch]:
    """Starts `refundry serve` as a process over the database; whatever still runs at the end is stopped."""
    running: list[Process] = []

    def start(**more: str) -> Process:
        running.append(launched(database, **more))
        return running[-1]

    yield start
    for process in running:
        process.stop()
