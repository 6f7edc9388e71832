"""`make bench`: the measurements, or those named on the command line; the figures go to results.json beside this.

What takes an hour or more is measured only where it is named, or with `--all`.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench import core, door, durable, ingest, memory, millions, replicas, rollups, sweep
from bench.lines import Line, table

RESULTS = Path(__file__).with_name("results.json")
MEASUREMENTS: dict[str, Callable[[], list[Line]]] = {
    "core": core.lines,
    "ingest": ingest.lines,
    "door": door.lines,
    "durable": durable.lines,
    "replicas": replicas.lines,
    "sweep": sweep.lines,
    "idle": millions.idle,
    "rollups": rollups.lines,
    "memory": memory.lines,
}
#: Measured only where they are asked for.
LONG = ("memory",)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("measurements", nargs="*", metavar="measurement", help=f"of {', '.join(MEASUREMENTS)}")
    asked.add_argument("--all", action="store_true", help=f"also {', '.join(LONG)}, which takes long")
    told = asked.parse_args()
    names = told.measurements or [name for name in MEASUREMENTS if told.all or name not in LONG]
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        asked.error(f"{', '.join(unknown)} is none of {', '.join(MEASUREMENTS)}")
    measured = [line for name in names for line in MEASUREMENTS[name]()]
    print(table(measured))
    _keep(measured)
    missed = [line.name for line in measured if not line.ok]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


def _keep(measured: list[Line]) -> None:
    """Write down the figures that must lie somewhere, each in its place; those that were not asked for stay."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    lines = {line["name"]: line for line in [*before, *(line.to_json() for line in measured if line.must)]}
    RESULTS.write_text(json.dumps(list(lines.values()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
