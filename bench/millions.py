"""What must not grow with the store: a sweep that finds nothing due, and the counts of the dashboard.

A store of one million resources and one of five stand side by side on each kind of database. Only their resources are
that many, in the mix of a demonstration, with running sums to match; other tables have as many rows as the
demonstration left. Nothing is written, so nothing waits for the disk.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Row, bindparam, text

from bench.ingest import opened
from bench.lines import Line, tried
from bench.places import place
from bench.stores import LIVES_APART, MOMENT, multiply
from bench.sweep import timed
from entrypoints.logs import configure_logging
from persistence import stock
from persistence.resources import RESOURCE
from persistence.stock import Stock
from scheduler.sweeps import sweep
from service.clockwork import next_due
from service.desk import Desk
from tests.databases import KINDS, quick_engine

FEW, MANY = 1_000_000, 5_000_000
RUNS = 5
#: A demonstration of so many has a good part of all the sums that there can be.
SEED = 3_000
SWEEPS, COUNTS = 50, 20
#: When everything that fell due has been done; and when the counts are asked for, in the middle of an hour.
IDLE_AT, COUNTED_AT = MOMENT, MOMENT + timedelta(minutes=30)
MUST_IDLE, MUST_COUNTS = "<= 1.5", ">= 1000"
GROUPED = text(
    "SELECT product, state, currency, CASE WHEN claimed_at IS NOT NULL THEN 'claimed' "
    "WHEN deadline_at > :now THEN 'open' ELSE 'closed' END AS standing, "
    "CASE WHEN deadline_at > :now THEN before_deadline ELSE from_deadline END AS availability, "
    "count(*), sum(cash_minor), sum(CASE WHEN deadline_at > :now THEN before_minor ELSE from_minor END) "
    "FROM resource GROUP BY 1, 2, 3, 4, 5"
).bindparams(bindparam("now", type_=RESOURCE.c.deadline_at.type))
Found = Counter[tuple[str, str, str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Both at once, since making the stores takes longer than measuring on them."""

    idle: Sequence[Line]
    counts: Sequence[Line]


def idle() -> list[Line]:
    return list(measured(MANY).idle)


@cache
def measured(most: int) -> Measured:
    configure_logging("warning")
    pairs = [_measured(kind, most) for kind in KINDS]
    return Measured([idle for idle, _ in pairs], [counts for _, counts in pairs])


def _measured(kind: str, most: int) -> tuple[Line, Line]:
    with place(kind) as there:
        seed = there.seeded(SEED)
        few, many = there.copy(seed), there.copy(seed)
        _grow(few, most * FEW // MANY)
        _grow(many, most)
        small, large = opened(few), opened(many)
        lines = _idle(kind, small, large), _counted(kind, large)
        small.store.close()
        large.store.close()
    return lines


def _grow(url: str, resources: int) -> None:
    begun = time.perf_counter()
    engine = quick_engine(url)
    multiply(engine, resources, {"resource": LIVES_APART["resource"]}, indexed_last=True)
    engine.dispose()
    print(f"  {resources:,} resources in {time.perf_counter() - begun:.0f} s", flush=True)


def _idle(kind: str, small: Desk, large: Desk) -> Line:
    ratios = []
    for _ in range(RUNS):
        of_small, of_large = (_median(SWEEPS, partial(_sweep_idly, desk)) for desk in (small, large))
        print(f"  {kind:12}idle sweep {of_small * 1e3:.2f} ms, of the larger {of_large * 1e3:.2f} ms", flush=True)
        ratios.append(of_large / of_small)
    return Line(f"idle sweep, {kind}", statistics.median(ratios), "the same with a fifth of the rows", RUNS, MUST_IDLE)


def _sweep_idly(desk: Desk) -> None:
    """What a beat asks, and what every sweep asks by itself."""
    moment = next_due(desk)
    assert moment is None or moment > IDLE_AT
    assert not any(sweep(desk, IDLE_AT).values())


def _counted(kind: str, desk: Desk) -> Line:
    ratios = []
    for _ in range(RUNS):
        from_sums = _median(COUNTS, lambda: _sums(desk))
        from_rows = timed(lambda: _rows(desk))
        print(f"  {kind:12}counts {from_sums * 1e3:.2f} ms, GROUP BY {from_rows * 1e3:,.0f} ms", flush=True)
        ratios.append(from_rows / from_sums)
    assert _from_sums(desk) == _from_rows(desk), "the sums say something else than the rows"
    return Line(f"dashboard counts, {kind}", statistics.median(ratios), "GROUP BY on the resources", RUNS, MUST_COUNTS)


def _sums(desk: Desk) -> Sequence[Stock]:
    with desk.store.reading() as connection:
        return stock.totals(connection, COUNTED_AT)


def _rows(desk: Desk) -> Sequence[Row[Any]]:
    with desk.store.reading() as connection:
        return connection.execute(GROUPED, {"now": COUNTED_AT}).all()


def _from_sums(desk: Desk) -> Found:
    found: Found = Counter()
    for one in _sums(desk):
        place = (one.product, one.state, one.currency, one.window, one.availability)
        for what, value in (("number", one.count), ("cash", one.cash_minor), ("amount", one.amount_minor)):
            found[(*place, what)] += value
    return +found


def _from_rows(desk: Desk) -> Found:
    found: Found = Counter()
    for row in _rows(desk):
        product, state, currency, standing, availability, *values = list(row)
        for what, value in zip(("number", "cash", "amount"), values, strict=True):
            found[product, state, currency, standing, availability, what] += int(value)
    return +found


def _median(times: int, run: Callable[[], object]) -> float:
    return statistics.median(timed(run) for _ in range(times))


if __name__ == "__main__":
    tried(lambda most: [*measured(most).idle, *measured(most).counts], MANY)
