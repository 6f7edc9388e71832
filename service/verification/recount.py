"""The recount: resources counted anew from their histories, beside every place where they are counted already."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from persistence.evidence import Cell
from service.verification.properties import Findings, Property
from workflows.resource import Resource
from workflows.window import window_at
from workflows.words import Availability


@dataclass(slots=True)
class Recount:
    """Counts by product, state, window and availability as of an instant: from history, and as `lists` count.

    A further place where resources are counted is a further member, held against `from_history` in the same way.
    """

    at: datetime
    from_history: Counter[Cell] = field(default_factory=Counter)
    lists: Counter[Cell] = field(default_factory=Counter)

    def count(self, resource: Resource, before: Availability, after: Availability) -> None:
        """Count a resource that its history amounts to, with its availability before its deadline and from it on."""
        availability = before if self.at < resource.deadline_at else after
        window = window_at(self.at, resource.deadline_at, resource.claimed_at)
        self.from_history[resource.payment.product, resource.state, window.value, availability.value] += 1

    def add(self, other: "Recount") -> None:
        self.from_history += other.from_history
        self.lists += other.lists

    def check(self, findings: Findings) -> None:
        """Hold the counts against one another."""
        cells = sorted(self.from_history.keys() | self.lists.keys())
        findings.examined[Property.RECOUNT] += len(cells)
        for cell in cells:
            if self.from_history[cell] != self.lists[cell]:
                named = ", ".join(cell)
                expected, found = (f"{counts[cell]} of {named}" for counts in (self.from_history, self.lists))
                findings.wrong(Property.RECOUNT, None, expected, found)
