"""How every peer is timed: it says when it is ready, and then does as many events as it is asked for, a line each."""

import sys
import time
from collections.abc import Callable


def answer(run: Callable[[list[str]], None]) -> None:
    """Read `FIRST COUNT` a line; do those events; print the seconds that took."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        first, count = map(int, line.split())
        ids = [f"r-{number}" for number in range(first, first + count)]
        begun = time.perf_counter()
        run(ids)
        sys.stdout.write(f"{time.perf_counter() - begun}\n")
        sys.stdout.flush()
