"""`make soak-memory`: what a replica holds in memory after five million events, beside what it held after a tenth.

`refundry serve` on PostgreSQL takes them in over HTTP: payments and what follows them, a thousand resources after
another. Memory is what the kernel counts as resident of its process, once it has nothing to do.
"""

import argparse
import json
import re
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from bench.door import BATCH, BATCH_TYPE, USED, Loader, event, paid, served
from bench.lines import Line, table
from bench.stores import database
from entrypoints.logs import configure_logging
from persistence.database import open_engine

EVENTS = 5_000_000
#: Memory is first looked at after so large a part of all events.
FIRST_PART = 10
#: How many events go out between two looks at the progress, and how often memory is read where it counts.
PORTION, READINGS = 10_000, 5
CONNECTIONS = 8
STEP = FIRST_PART * PORTION
MUST = "<= 1.05"


def lines(events: int = EVENTS) -> list[Line]:
    configure_logging("warning")
    with database("postgresql") as url, ExitStack() as stack:
        command = ("entrypoints.cli.main", "serve", "--port", "{port}")
        process, port = stack.enter_context(served(*command, database=url))
        loader = stack.enter_context(Loader.running(quiet=True))
        early = 0.0
        begun = time.perf_counter()
        for first in range(0, events, PORTION):
            loader.load(port, CONNECTIONS, bodies(first, PORTION), BATCH_TYPE, BATCH)
            done = first + PORTION
            if done == events // FIRST_PART:
                early = resident(process)
            if done % STEP == 0:
                rate = done / (time.perf_counter() - begun)
                print(f"  {done:12,} events, {rate:,.0f}/s, {_now_resident(process) / 2**20:.1f} MiB", flush=True)
        late = resident(process)
        check(url, events)
    return [Line(f"memory after {events:,} events", late / early, f"after {events // FIRST_PART:,}", READINGS, MUST)]


def bodies(first: int, count: int) -> list[str]:
    """So many events, half of them payments and half what follows, as requests."""
    ids = [f"r-{number}" for number in range(first // 2, (first + count) // 2)]
    told = [told for one in ids for told in (paid(one), event(USED, one, {}))]
    return [json.dumps(told[start : start + BATCH]) for start in range(0, len(told), BATCH)]


def resident(process: int) -> float:
    """The bytes that a process holds in memory, as the median of some readings a second apart."""
    found = []
    for _ in range(READINGS):
        time.sleep(1)
        found.append(_now_resident(process))
    return statistics.median(found)


def _now_resident(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None, "no memory is told of the process"
    return int(found[1]) * 1024


def check(url: str, events: int) -> None:
    """Raise AssertionError unless every event was applied and its resource stands where it should."""
    engine = open_engine(url)
    with engine.connect() as connection:
        used = connection.execute(text("SELECT count(*) FROM resource WHERE state = 'issued' AND seq = 2")).scalar()
        applied = connection.execute(text("SELECT count(*) FROM inbox WHERE outcome = 'applied'")).scalar()
    engine.dispose()
    assert (used, applied) == (events // 2, events), f"{used} resources used, {applied} events applied"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=EVENTS, help=f"how many; a multiple of {STEP:,}")
    events = asked.parse_args().events
    if events < STEP or events % STEP:
        asked.error(f"{events:,} is no multiple of {STEP:,}")
    measured = lines(events)
    print(table(measured))
    sys.exit(0 if all(line.ok for line in measured) else "memory grows")


if __name__ == "__main__":
    main()
