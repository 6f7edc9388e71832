"""What the running sums give and what they cost: the dashboard's counts, and their part of the intake's time.

The cost is measured from outside: the same stream is taken in, batch by batch in turns, by a service that keeps its
sums and by one that keeps none; to the first belongs the time of folding them as well. Both wait for the disk.
"""

import gc
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from unittest import mock

from bench.floor import content
from bench.ingest import databases, floor_of, opened, stream
from bench.lines import Line
from bench.millions import MANY, measured
from bench.sweep import timed
from entrypoints.logs import configure_logging
from persistence import tallies
from persistence.tallies import Differences, Kind
from scheduler.live import fold_all
from service.desk import Desk
from service.ingest import Message, ingest
from service.verification.sums import check_sums
from tests.databases import KINDS

RUNS = 5
BATCH = 100
#: The beginning of so large a demonstration that a batch comes within an hour, as it does where batches form at all.
DENSE, EVENTS = 20_000, 10_000
MUST = "<= 0.15"


def lines() -> list[Line]:
    configure_logging("warning")
    return [*measured(MANY).counts, *upkeep()]


def upkeep() -> Iterator[Line]:
    messages = stream(DENSE)[:EVENTS]
    batches = [messages[start : start + BATCH] for start in range(0, len(messages), BATCH)]
    for kind in KINDS:
        with databases(kind) as fresh:
            parts = [_part(kind, fresh(), fresh(), batches) for _ in range(RUNS)]
        yield Line(f"upkeep of sums, {kind}", statistics.median(parts), "intake that keeps none", RUNS, MUST)


def _part(kind: str, with_sums: str, without: str, batches: Sequence[Sequence[Message]]) -> float:
    """The time of keeping and folding the sums, as a part of the time of an intake without them."""
    counting, bare = opened(with_sums), opened(without)
    keeping = leaving = 0.0
    gc.collect()
    gc.freeze()
    for number, batch in enumerate(batches):
        for counts in (True, False) if number % 2 else (False, True):
            if counts:
                keeping += timed(partial(ingest, counting, batch))
            else:
                with _without_sums():
                    leaving += timed(partial(ingest, bare, batch))
    folding = timed(lambda: fold_all(counting))
    gc.unfreeze()
    _check(counting, bare, with_sums, without)
    counting.store.close()
    bare.store.close()
    print(f"  {kind:12}keeping {keeping:.2f} s, folding {folding:.2f} s, without {leaving:.2f} s", flush=True)
    return (keeping + folding) / leaving - 1


@contextmanager
def _without_sums() -> Iterator[None]:
    """The same service, but that it finds nothing to count."""
    with mock.patch("service.batch.differences", lambda *_: Differences()):
        yield


def _check(counting: Desk, bare: Desk, with_sums: str, without: str) -> None:
    """Raise AssertionError unless both stored the same, the one with right sums and the other without any."""
    mine, its = floor_of(with_sums), floor_of(without)
    for table in ("resource", "refund", "history", "inbox", "outbox"):
        assert content(mine, table) == content(its, table), f"{table} differs"
    mine.close()
    its.close()
    recounted = check_sums(counting)
    assert recounted.sums and not recounted.wrong, "sums are wrong"
    with bare.store.reading() as connection:
        assert not any(tallies.read(connection, *Kind)), "there are sums where none were to be kept"
