"""Worlds in which stories are played: the real intake on a database, and one subject's standing without any."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from persistence import history, inbox, resources
from persistence.refunds import Filter
from scheduler.sweeps import sweep_until
from service import questions, refunds
from service.batch import Result
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from tests.properties.stories import Again, Ask, Move, Pay, Review, Use
from workflows.decision import Decision
from workflows.eligibility import Answer, answer
from workflows.events import read_event
from workflows.history import Row
from workflows.instants import instant_text
from workflows.intake import Standing, admitted, buried, tell
from workflows.resource import Resource
from workflows.settling import Word, refund_moved
from workflows.step import Policy
from workflows.values import replace
from workflows.words import RefundStatus


def message(id_: str, type_: str, subject: str, time: datetime, data: dict[str, Any]) -> dict[str, Any]:
    told = {"specversion": "1.0", "id": id_, "source": "/tests", "type": type_, "subject": subject, "data": data}
    return told | {"time": instant_text(time)}


def codes(reasons: Any) -> list[str]:
    return [reason.code.key for reason in reasons]


class World:
    """A desk over a database of its own, with a clock that is moved by hand."""

    def __init__(self, desk: Desk, clock: SetClock) -> None:
        self.desk = desk
        self.clock = clock
        self.told: list[dict[str, Any]] = []
        self.results: list[Result] = []

    def play(self, moves: list[Move]) -> "World":
        for move in moves:
            self.make(move)
        return self

    def make(self, move: Move) -> None:
        sweep_until(self.desk, self.clock, self.clock.now() + move.wait)
        match move:
            case Use(subject, type_, data, _, offset):
                self.tell(type_, subject, self.clock.now() + offset, data)
            case Pay(subject, data, _, offset):
                self.tell("order.paid", subject, self.clock.now() + offset, data)
            case Ask(subject, _, offset):
                self.tell("refund.requested", subject, self.clock.now() + offset, {"requested_by": "customer"})
            case Again(back, _):
                if self.told:
                    self._ingest(self.told[-1 - back % len(self.told)])
            case Review(approve, _):
                self.review(approve)

    def tell(self, type_: str, subject: str, time: datetime, data: dict[str, Any] | None = None) -> Result:
        event = message(f"e-{len(self.told)}", type_, subject, time, data or {})
        self.told.append(event)
        return self._ingest(event)

    def _ingest(self, event: dict[str, Any]) -> Result:
        self.results += ingest(self.desk, [Message(event)])
        return self.results[-1]

    def review(self, approve: bool) -> None:
        waiting = refunds.list_refunds(self.desk, Filter(status=RefundStatus.IN_REVIEW.value), None, 100)
        for view in waiting:
            refunds.decide(
                self.desk, view.listed.refund.id, "manager", approve=approve, reason="looked at", amount=None
            )

    @property
    def subjects(self) -> list[str]:
        return sorted({event["subject"] for event in self.told})

    def resources(self) -> dict[str, Resource]:
        with self.desk.store.reading() as connection:
            return resources.load(connection, self.subjects)

    def rows(self, resource_id: str) -> list[Row]:
        with self.desk.store.reading() as connection:
            return list(history.of_resource(connection, resource_id))

    def unresolved(self, resource_id: str) -> int:
        with self.desk.store.reading() as connection:
            return len(inbox.list_waiting(connection, resource_id))

    def answer(self, resource_id: str, at: datetime | None = None) -> Answer:
        return questions.eligibility(self.desk, resource_id, at)


@dataclass
class Line:
    """One subject's standing, decided on without any database; payouts and sweeps do not happen here."""

    policy: Policy
    standing: Standing = field(default_factory=Standing)
    count: int = 0

    def tell(
        self, type_: str, now: datetime, data: dict[str, Any] | None = None, time: datetime | None = None
    ) -> Decision:
        self.count += 1
        told = message(f"e-{self.count}", type_, "r", time or now, data or {})
        standing, _ = buried(self.standing, now)
        self.standing, decided = tell(self.policy, standing, read_event(told, now, self.policy.catalogue), now)
        return decided[0].decision

    def say(self, event: str, now: datetime) -> None:
        """A word about the refund under way, with the parked events that it lets in."""
        engine = self.policy.engine(self.resource)
        decision = refund_moved(engine, self.resource, Word(event, "somebody", now))
        self.standing = replace(self.standing, resource=decision.resource)
        if decision.lets_in:
            self.standing, _ = admitted(self.policy, self.standing, now)

    @property
    def resource(self) -> Resource:
        assert self.standing.resource is not None
        return self.standing.resource

    def answer(self, at: datetime) -> Answer:
        return answer(self.policy.case(self.resource, at, self.standing.unresolved))

    def branch(self) -> "Line":
        """Another line that goes on from here."""
        return Line(self.policy, self.standing, self.count)
