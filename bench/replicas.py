"""Two replicas beside one, on one PostgreSQL that waits for the disk: batches of a hundred over several connections.

Server processes, PostgreSQL and the load share the processors of one machine. With two of them this tells what a
second process adds while the first waits for commits and for its own interpreter, not what a second machine would.
"""

import statistics
from contextlib import ExitStack

from bench.door import BATCH, BATCH_TYPE, Loader, Told, batches, serving
from bench.ingest import databases
from bench.lines import Line
from entrypoints.logs import configure_logging

RUNS = 5
EVENTS = 10_000
CONNECTIONS = 8
MUST = ">= 1.4"


def lines() -> list[Line]:
    configure_logging("warning")
    with databases("postgresql") as fresh, ExitStack() as stack:
        url = fresh()
        told = Told(url, 2 * EVENTS * (RUNS + 1))
        command = ("entrypoints.cli.main", "serve", "--port", "{port}")
        first, second = (stack.enter_context(serving(*command, database=url)) for _ in range(2))
        loader = stack.enter_context(Loader.running())

        def rate(*ports: int) -> float:
            bodies = batches(told.next(EVENTS))
            return loader.load(list(ports), CONNECTIONS, bodies, BATCH_TYPE, BATCH)["rate"]

        rate(first), rate(second)
        ratios = [(1 / rate(first)) * rate(first, second) for _ in range(RUNS)]
        told.check()
    return [Line("two replicas, 100 events a request", statistics.median(ratios), "one replica", RUNS, MUST)]
