"""One decision, seen from outside: what was told to whom and when, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.decision import Effect
from workflows.history import Row
from workflows.proof.notes import Notes
from workflows.proof.starts import Start
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.words import ORDER_PAID, Outcome


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one event or word. `outcome` is None where a person's or a provider's word did not count.

    `notes` are those of before, `unresolved` counts the events that were waiting. `counts_at` is the instant that
    the published rules hold against the deadline: the event's own, or its arrival where it was told too late.
    """

    start: Start
    now: datetime
    event: str
    time: datetime
    arrived_at: datetime
    actor: str
    data: Mapping[str, Any]
    before: Resource
    after: Resource
    notes: Notes
    unresolved: int
    outcome: Outcome | None
    rows: tuple[Row, ...] = ()
    reasons: tuple[Reason, ...] = ()
    effects: tuple[Effect, ...] = ()
    objection: str = ""

    @property
    def use(self) -> bool:
        return not self.event.startswith(("refund.", "refund_window.")) and self.event != ORDER_PAID

    @property
    def counts_at(self) -> datetime:
        late = self.time < self.start.deadline_at and self.arrived_at >= self.start.late_until
        return self.arrived_at if late else self.time
