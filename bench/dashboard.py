"""`make soak-dashboard`: every page and report of a million resources, on each kind of database, within 200 ms.

Both the median of the time that passed and the median of the processor's time in this process are told; the first
decides, and on a machine that is busy otherwise says more about that.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from urllib.parse import parse_qsl, urljoin, urlsplit

from sqlalchemy import event

from bench.stores import LIVES_APART, MOMENT, database, multiply, seeded
from entrypoints.http.state import Wired
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from persistence.database import open_engine
from service.clock import SetClock
from service.opening import open_desk
from tests.asked import addresses, names_in
from tests.databases import KINDS, quick_engine
from tests.robustness.services import InThread
from workflows.products import CATALOGUE

MOST_MS = 200.0
RUNS = 7
#: How many pages on the middle of a list is.
LEAFED = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """How long an address took to answer, in milliseconds."""

    address: str
    median: float
    worst: float
    processor: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--resources", type=int, default=1_000_000)
    asked.add_argument("--kind", choices=KINDS, action="append", help="only this kind of database")
    asked.add_argument("--all", action="store_true", help="tell of every address, not of the slowest forty")
    told = asked.parse_args()
    configure_logging("error")
    slow = [one for kind in told.kind or KINDS for one in _soaked(kind, told.resources, None if told.all else 40)]
    sys.exit(f"slower than {MOST_MS:.0f} ms: {len(slow)} addresses" if slow else 0)


def _soaked(kind: str, resources: int, shown: int | None) -> list[Taken]:
    """The addresses that are slower than they may be."""
    with database(kind) as url:
        _build(url, resources)
        engine = open_engine(url)
        clock = SetClock(MOMENT)
        service = InThread(Wired(open_desk(engine, CATALOGUE, [], clock), Settings(), None, clock))
        with engine.connect() as connection:
            names = names_in(connection)
        taken = [_taken(service, address) for address in _with_leaves(service, addresses(names, pairs=True))]
        service.stop()
    taken.sort(key=lambda one: -one.median)
    print(f"{kind}, {resources:,} resources, {len(taken)} addresses\n{'median':>8}{'worst':>8}{'processor':>11}  ms")
    for one in taken[:shown]:
        print(f"{one.median:8.0f}{one.worst:8.0f}{one.processor:11.0f}  {one.address}")
    slow = [one for one in taken if one.median > MOST_MS]
    print(
        f"median of medians {median(one.median for one in taken):.0f} ms; {len(slow)} above {MOST_MS:.0f} ms",
        flush=True,
    )
    return slow


def _build(url: str, resources: int) -> None:
    began = time.perf_counter()
    desk, _ = seeded(url)
    desk.store.close()
    engine = quick_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA cache_size = -1000000"))
    multiply(engine, resources, LIVES_APART)
    engine.dispose()
    print(f"built in {time.perf_counter() - began:.0f} s", flush=True)


def _with_leaves(service: InThread, asked: Iterator[str]) -> Iterator[str]:
    """The addresses, and for each order of the list of resources also a page further on."""
    for address in asked:
        yield address
        place = urlsplit(address)
        if place.path == "/resources" and set(dict(parse_qsl(place.query))) == {"sort"}:
            yield _further(service, address)


def _further(service: InThread, address: str) -> str:
    for _ in range(LEAFED):
        page = service.client.get(address).text
        links = [link.split('"')[0].replace("&amp;", "&") for link in page.split('href="') if "cursor=" in link]
        address = urljoin("/", links[-1])
    return address


def _taken(service: InThread, address: str) -> Taken:
    service.client.get(address, follow_redirects=True).raise_for_status()
    passed, used = [], []
    for _ in range(RUNS):
        began, began_used = time.perf_counter(), time.process_time()
        service.client.get(address, follow_redirects=True)
        passed.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - began_used) * 1000)
    return Taken(address, median(passed), max(passed), median(used))


if __name__ == "__main__":
    main()
