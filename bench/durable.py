"""What a durable event costs here and elsewhere: each in a process of its own on PostgreSQL, in turns.

This compares costs, not features: a workflow engine or a job queue promises other things as well. Our events come in
batches of a thousand; theirs one by one, which is how they are made to be used.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url

from bench.ingest import databases
from bench.lines import Line
from tests.robustness.services import ROOT

RUNS = 5
#: By module: what stands beside us, how many events a run, and how many times as many we must do a second.
PEERS = {
    "with_django": ("Django + django-fsm-2", 200, 10),
    "with_dbos": ("DBOS transactional step", 100, 30),
    "with_procrastinate": ("procrastinate defer + process", 100, 15),
}
OURS, OUR_EVENTS = "ours", 2_000
#: Where a peer keeps what it moved: as many rows must be there as events were done.
LEFT = {
    "with_django": "SELECT count(*) FROM bench_history JOIN bench_resource r ON r.id = resource_id AND state != ''",
    "with_dbos": "SELECT count(*) FROM dbos_history NATURAL JOIN (SELECT id AS resource_id, seq FROM dbos_resource)",
    "with_procrastinate": "SELECT count(*) FROM job_history JOIN job_resource ON id = resource_id AND state = to_state",
    OURS: "SELECT count(*) FROM history h JOIN resource r ON r.id = h.resource_id AND r.seq = h.seq WHERE r.seq = 2",
}  # fmt: skip


def lines() -> list[Line]:
    with databases("postgresql") as fresh, ExitStack() as stack:
        running = {name: stack.enter_context(Running.of(name, fresh())) for name in (OURS, *PEERS)}
        rates: dict[str, list[float]] = {name: [] for name in running}
        for number in range(RUNS):
            for name, one in running.items():
                count = OUR_EVENTS if name == OURS else PEERS[name][1]
                rates[name].append(one.rate(number, count))
                print(f"  {name:20} {rates[name][-1]:8,.0f} events/s")
        for one in running.values():
            one.check()
    return [
        Line(
            f"a durable event beside {beside}",
            statistics.median(ours / theirs for ours, theirs in zip(rates[OURS], rates[name], strict=True)),
            beside,
            RUNS,
            f">= {must}",
        )
        for name, (beside, _, must) in PEERS.items()
    ]


@dataclass
class Running:
    """A peer that has said it is ready."""

    name: str
    libpq: str
    process: "subprocess.Popen[str]"
    done: int = 0

    @classmethod
    @contextmanager
    def of(cls, name: str, url: str) -> Iterator["Running"]:
        libpq = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        count = RUNS * max(OUR_EVENTS, *(events for _, events, _ in PEERS.values()))
        command = [sys.executable, "-m", f"bench.peers.{name}", url if name == OURS else libpq, str(count)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said == "ready\n", f"{name} said {said!r}"
            yield cls(name, libpq, process)
        finally:
            process.terminate()
            process.wait(30)

    def rate(self, number: int, count: int) -> float:
        """Events a second of one run."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{number * count} {count}\n")
        self.process.stdin.flush()
        self.done += count
        return count / float(self.process.stdout.readline())

    def check(self) -> None:
        """Raise AssertionError unless every event left its row."""
        with psycopg.connect(self.libpq) as connection:
            found = connection.execute(LEFT[self.name].encode()).fetchone()
        assert found == (self.done,), f"{self.name} did {self.done} events and left {found}"
