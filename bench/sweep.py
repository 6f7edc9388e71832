"""The sweep of closed windows among a million resources, beside a floor and beside what others would build.

A hundred thousand windows are due. The sweep closes most of them on one copy of the store; on another the floor writes
the same rows in portions of the same size, in turns; on a third the others close the rest, each in the way of its kind.
Everybody waits for the disk. At the end the rows of the sweep and those of the floor must be the same.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import bindparam, text

from bench.floor import WRITTEN, content
from bench.ingest import opened
from bench.lines import Line, tried
from bench.peers import with_apscheduler, with_sqlmodel
from bench.places import place
from bench.recorded import Work
from bench.stores import MOMENT, SEEDED, multiply
from bench.sweep_floor import ADDED, FOUND, SweepFloor, learnt, sweep_floor
from entrypoints.logs import configure_logging
from persistence.database import open_engine
from persistence.resources import RESOURCE
from service.clockwork import PORTION, expire_windows
from service.desk import Desk
from tests.databases import KINDS, quick_engine

RESOURCES = 1_000_000
#: The night after the demonstration a little more than a tenth of all windows have fallen due.
NOW = MOMENT + timedelta(hours=12)
DUE_OF = 10
RUNS = 5
#: How many windows each of the others closes in a run; what is left of those due is for the sweep and the floor.
A_ROW_EACH = 500
MUST = {"floor": ">= 0.6", "session": ">= 50", "jobs": ">= 40"}
BESIDE = {
    "floor": "floor of the driver",
    "session": "SQLModel session, a row at a time",
    "jobs": "APScheduler, a job a deadline",
}
#: How many of its jobs run at a time: more make SQLite's writers wait for each other.
THREADS = {"sqlite": 1, "postgresql": 4}
#: Windows a second, by who closed them, run by run.
Rates = dict[str, list[float]]


def lines(resources: int = RESOURCES) -> list[Line]:
    configure_logging("warning")
    return [line for kind in KINDS for line in _measured(kind, resources)]


def _measured(kind: str, resources: int) -> Iterator[Line]:
    a_row_each = min(A_ROW_EACH, resources // DUE_OF // 100)
    portions = (resources // DUE_OF // RUNS - 2 * a_row_each) // PORTION
    rates: Rates = {"ours": [], **{name: [] for name in MUST}}
    with place(kind) as there:
        ours = there.seeded(SEEDED)
        _grow(ours, resources)
        theirs, others = there.copy(ours), there.copy(ours)
        there.wait_for_the_disk()
        works = _learnt(others, RUNS * portions)
        desk, floor = opened(ours), sweep_floor(theirs, NOW)
        marks = {table: floor.newest(table) for table in ADDED}
        rest = Others(others, a_row_each, THREADS[kind])
        for run in range(RUNS):
            _in_turns(desk, floor, works[run * portions : (run + 1) * portions], rates)
            rest.close_some(rates)
            print(f"  {kind:12}" + ", ".join(f"{name} {found[-1]:,.0f}/s" for name, found in rates.items()), flush=True)
        rest.check()
        check_alike(ours, floor, works, marks)
        floor.close()
        desk.store.close()
    for name, must in MUST.items():
        ratios = [mine / its for mine, its in zip(rates["ours"], rates[name], strict=True)]
        yield Line(f"sweep beside {name}, {kind}", statistics.median(ratios), BESIDE[name], RUNS, must)


def _grow(url: str, resources: int) -> None:
    begun = time.perf_counter()
    engine = quick_engine(url)
    multiply(engine, resources, indexed_last=True)
    engine.dispose()
    print(f"  {resources:,} resources in {time.perf_counter() - begun:.0f} s", flush=True)


def _learnt(url: str, portions: int) -> list[Work]:
    desk, floor = opened(url), sweep_floor(url, NOW)
    works = list(learnt(desk, floor, NOW, portions))
    floor.close()
    desk.store.close()
    return works


def _in_turns(desk: Desk, floor: SweepFloor, works: Sequence[Work], rates: Rates) -> None:
    """The same portions by the sweep and by the floor, now the one first and now the other."""
    spent = {"ours": 0.0, "floor": 0.0}
    gc.collect()
    gc.freeze()
    for number, prepared in enumerate(map(floor.prepare, works)):
        turns: list[tuple[str, Callable[[], object]]] = [
            ("ours", lambda: expire_windows(desk, NOW, PORTION)),
            ("floor", partial(floor.write, prepared)),
        ]
        for name, run in turns if number % 2 else reversed(turns):
            spent[name] += timed(run)
    gc.unfreeze()
    for name, seconds in spent.items():
        rates[name].append(len(works) * PORTION / seconds)


class Others:
    """What closes windows a row at a time, on a copy of the store of which the first have been closed already."""

    def __init__(self, url: str, at_once: int, threads: int) -> None:
        self._at_once = at_once
        self._engine = open_engine(url)
        self._jobs = with_apscheduler.Jobs(url, threads)
        self._closed = 0

    def close_some(self, rates: Rates) -> None:
        """So many by each of them; of the jobs, both setting and firing them counts, since each deadline needs both."""
        closing = timed(lambda: with_sqlmodel.close_windows(self._engine, self._at_once, NOW))
        ids = self._due()
        setting = timed(lambda: self._jobs.set(ids, NOW))
        firing = timed(self._jobs.fire)
        print(f"  jobs: {self._at_once / setting:,.0f}/s set, {self._at_once / firing:,.0f}/s fired")
        rates["session"].append(self._at_once / closing)
        rates["jobs"].append(self._at_once / (setting + firing))
        self._closed += self._at_once

    def check(self) -> None:
        """Raise AssertionError unless each has closed as many windows as it was asked to, each with its row."""
        query = text(
            "SELECT count(*) FROM history JOIN resource ON resource.id = resource_id AND resource.seq = history.seq "
            "WHERE history.source = :source AND event = 'refund_window.expired' AND recorded_at = :now "
            "AND expired AND expiry_due_at IS NULL"
        ).bindparams(bindparam("now", type_=RESOURCE.c.deadline_at.type))
        for source in (with_sqlmodel.SOURCE, with_apscheduler.SOURCE):
            with self._engine.connect() as connection:
                found = connection.execute(query, {"source": source, "now": NOW}).scalar()
            assert found == self._closed, f"{source}: {found} of {self._closed}"
        self._jobs.close()
        self._engine.dispose()

    def _due(self) -> list[str]:
        floor = sweep_floor(self._engine.url.render_as_string(hide_password=False), NOW)
        ids = floor.due(self._at_once)
        floor.close()
        return ids


def check_alike(ours: str, floor: SweepFloor, works: Sequence[Work], marks: Mapping[str, int]) -> None:
    """Raise AssertionError where the two databases differ in a row of what was swept, or in the size of a table."""
    service = sweep_floor(ours, NOW)
    for table in WRITTEN:
        assert service.count(table) == floor.count(table), f"{table}: more rows on one side"
    for table in ADDED:
        added, theirs = (sorted(repr(row[1:]) for row in one.behind(table, marks[table])) for one in (service, floor))
        assert added == theirs, f"{table} differs"
    for work in works:
        assert work.new["history"] and work.new["outbox"] and work.new["tally_delta"] and work.changed["resource"]
        for table in FOUND:
            mine, its = (content(one, table, work.subjects) for one in (service, floor))
            assert mine == its, f"{table}: {len(mine)} rows of the sweep, {len(its)} of the floor, and they differ"
    service.close()


def timed(run: Callable[[], object]) -> float:
    """The seconds it takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


if __name__ == "__main__":
    tried(lines, RESOURCES)
