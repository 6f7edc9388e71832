"""A line of the results: a ratio between two things measured side by side, and what it must be."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """`ratio` is what `name` comes to beside `beside`, as the median of `runs`; `must` says where it has to lie.

    `must` is a text such as ">= 0.6" or "<= 10"; None where a figure is only told.
    """

    name: str
    ratio: float
    beside: str
    runs: int
    must: str | None = None

    @property
    def ok(self) -> bool:
        if self.must is None:
            return True
        sign, bound = self.must.split()
        return self.ratio >= float(bound) if sign == ">=" else self.ratio <= float(bound)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ratio": round(self.ratio, 2),
            "must": self.must,
            "beside": self.beside,
            "ok": self.ok,
            "runs": self.runs,
        }


def table(lines: Sequence[Line]) -> str:
    """The lines for people."""
    head = f"{'':44}{'ratio':>8}  {'must':10}{'beside'}"
    rows = [
        f"{line.name:44}{line.ratio:8.2f}  {line.must or '':10}{line.beside}{'' if line.ok else '  <- MISSED'}"
        for line in lines
    ]
    return "\n".join([head, *rows])


def tried(measure: Callable[[int], Sequence[Line]], size: int) -> None:
    """Measure with another size than that of the line, to try it out; the figures are only told."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--size", type=int, default=size, help=f"how large; {size:,} is what the line is for")
    print(table(measure(asked.parse_args().size)))
