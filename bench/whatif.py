"""`make soak-whatif`: 14 days instead of 7 for 100,000 resources on each kind of database, within a minute each."""

import argparse
import sys
import time

from rich.console import Console

from bench.stores import MOMENT, database, multiply, seeded
from entrypoints.cli.feeding import progress
from entrypoints.cli.simulated import tell_cohort
from entrypoints.logs import configure_logging
from persistence.cohorts import Cohort
from persistence.database import open_engine
from service.cohorts import Inquiry, comparisons, size
from service.desk import Desk
from tests.databases import KINDS
from workflows.amending import amended
from workflows.comparing import Tally

MOST_SECONDS = 60.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--resources", type=int, default=100_000)
    resources = asked.parse_args().resources
    configure_logging("error")
    slow = [kind for kind in KINDS if _soaked(kind, resources) > MOST_SECONDS]
    sys.exit(f"longer than {MOST_SECONDS:.0f} s on {' and '.join(slow)}" if slow else 0)


def _soaked(kind: str, resources: int) -> float:
    """The seconds that the comparison takes on one kind of database."""
    with database(kind) as url:
        desk, _ = seeded(url)
        engine = open_engine(url)
        multiply(engine, resources)
        taken = _compared(desk, kind)
        engine.dispose()
        desk.store.close()
    return taken


def _compared(desk: Desk, kind: str) -> float:
    rules = amended(desk.policy.rulebook.in_force(MOMENT), {"window.days": 14})
    inquiry, tally = Inquiry(rules, Cohort()), Tally(1)
    started, used = time.perf_counter(), time.process_time()
    with progress(kind, size(desk, inquiry)) as advance:
        for some in comparisons(desk, inquiry):
            tally.add_all(some)
            advance(len(some))
    taken = time.perf_counter() - started
    tell_cohort(Console(highlight=False), tally)
    print(
        f"{kind}: {tally.resources} resources in {taken:.1f} s "
        f"({time.process_time() - used:.1f} s of processor here), {tally.resources / taken:.0f} a second"
    )
    return taken


if __name__ == "__main__":
    main()
