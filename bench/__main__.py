"""`make bench`: every measurement, or those named on the command line; the figures go to results.json beside this."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench import core, door, durable, ingest
from bench.lines import Line, table

RESULTS = Path(__file__).with_name("results.json")
MEASUREMENTS: dict[str, Callable[[], list[Line]]] = {
    "core": core.lines,
    "ingest": ingest.lines,
    "door": door.lines,
    "durable": durable.lines,
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("measurements", nargs="*", metavar="measurement", help=f"of {', '.join(MEASUREMENTS)}")
    names = asked.parse_args().measurements or list(MEASUREMENTS)
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        asked.error(f"{', '.join(unknown)} is none of {', '.join(MEASUREMENTS)}")
    measured = [line for name in names for line in MEASUREMENTS[name]()]
    print(table(measured))
    _keep(measured)
    missed = [line.name for line in measured if not line.ok]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


def _keep(measured: list[Line]) -> None:
    """Write the figures down; those of measurements that were not asked for stay."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    now = [line.to_json() for line in measured]
    names = {line["name"] for line in now}
    kept = [line for line in before if line["name"] not in names]
    RESULTS.write_text(json.dumps(kept + now, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
