"""What can be laid over a machine: how much stands in each state, and the way one resource has come.

An overlay is made by whoever knows the population or the history; here it is only values, so that every renderer shows
the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workflows.instants import instant_text
from workflows.money import Money


@dataclass(frozen=True, slots=True)
class Tally:
    """What stands in a state: how many, how much money by currency, and how long already (median, 95th percentile).

    Money is what was paid in cash for the resources, or what the refunds are for. Dwells are None where nothing stands.
    """

    count: int
    money: tuple[Money, ...] = ()
    median_dwell: timedelta | None = None
    p95_dwell: timedelta | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The tally as a node shows it, a fact a line."""
        lines = [f"{self.count:,}"]
        lines += [f"{amount.text} {amount.currency}" for amount in self.money]
        if self.median_dwell is not None and self.p95_dwell is not None:
            lines.append(f"median {rough(self.median_dwell)}, p95 {rough(self.p95_dwell)}")
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class Visit:
    """One passing of an arc by the resource that is shown: which of its steps it was, from 1, and when it happened."""

    number: int
    at: datetime

    @property
    def text(self) -> str:
        return f"{self.number}. {instant_text(self.at.replace(microsecond=0))}"


#: An arc as a drawing knows it: the state it leaves (None: it is the beginning), its event, the state it leads to.
ArcKey = tuple[str | None, str, str]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over a drawing. `caption` says of what and as of when; states and arcs that it does not name have
    nothing laid over them. `possible` are the next steps of the resource that is shown, `here` where it stands.
    """

    caption: tuple[str, ...] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    visits: Mapping[ArcKey, tuple[Visit, ...]] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    possible: frozenset[ArcKey] = frozenset()


def rough(span: timedelta) -> str:
    """A span in its two largest units: `5 d 3 h`, `2 h 10 min`, `40 s`."""
    seconds = max(int(span.total_seconds()), 0)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"
