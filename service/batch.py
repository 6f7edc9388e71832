"""One transaction's working set: standings are read once, decided on in memory, and written once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from persistence import history, inbox, ledger, outbox, resources, tallies
from persistence.inbox import Key, Told
from persistence.ledger import Credit
from persistence.resources import StoredResource
from persistence.store import Connection
from service.counted import differences
from service.desk import Desk
from workflows import reasons
from workflows.decision import Decision, Effect
from workflows.eligibility import outlook
from workflows.events import Event
from workflows.history import Row
from workflows.intake import Decided, Standing, admitted, buried, resolved, tell
from workflows.lapse import expiry_due, reminder_due
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.step import step
from workflows.values import Value, replace
from workflows.words import Outcome

#: The arrival of the first event told in a transaction: behind every stored one that was told at the same instant.
ARRIVES_LAST = 2**62


class Result(Value, frozen=True):
    """What became of one event, as its sender is told. `state` is the state right after the event itself."""

    id: str | None
    source: str | None
    outcome: Outcome
    resource_id: str | None
    state: str | None
    reasons: tuple[Reason, ...] = ()
    detail: str | None = None

    def to_json(self) -> dict[str, Any]:
        told = {
            "id": self.id,
            "source": self.source,
            "outcome": self.outcome.value,
            "resource_id": self.resource_id,
            "state": self.state,
            "reasons": [reason.to_json() for reason in self.reasons],
        }
        return told if self.detail is None else told | {"detail": self.detail}


@dataclass(slots=True)
class Batch:
    """The subjects of one transaction, locked, with everything decided about them so far."""

    desk: Desk
    connection: Connection
    standings: dict[str, Standing] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    _known: dict[Key, str] = field(default_factory=dict)
    _read: dict[str, Standing] = field(default_factory=dict)
    _stored_as_read: dict[str, StoredResource] = field(default_factory=dict)
    _told: dict[Key, Told] = field(default_factory=dict)
    _resolved: dict[Key, Told] = field(default_factory=dict)
    _buried: list[Event] = field(default_factory=list)
    _discarded: list[tuple[Event, str]] = field(default_factory=list)
    _refunds: dict[str, Resource] = field(default_factory=dict)

    @classmethod
    def opened(
        cls, desk: Desk, connection: Connection, subjects: Collection[str], keys: Collection[Key] = ()
    ) -> "Batch":
        """Lock the subjects, known or not, then read all there is about them."""
        desk.lock(connection, subjects)
        batch = cls(desk, connection, _known=inbox.fingerprints(connection, keys))
        known = batch._stored_as_read = resources.load_stored(connection, subjects)
        waiting = inbox.waiting(connection, subjects)
        for subject in subjects:
            events = waiting.get(subject, [])
            parked = tuple(event for event, dead in events if not dead)
            dead = tuple(event for event, dead in events if dead)
            stored = known.get(subject)
            batch.standings[subject] = Standing(None if stored is None else stored.resource, parked, dead)
        batch._read = dict(batch.standings)
        return batch

    def tell(self, event: Event) -> Result:
        """Decide one event as of its arrival, unless it has been told before."""
        key = (event.source, event.id)
        standing, overdue = buried(self.standings[event.subject], event.arrived_at)
        self._buried += overdue
        self.standings[event.subject] = standing
        known = self._known.get(key)
        if known is not None:
            return _told_before(event, standing.resource, same=known == event.fingerprint)
        standing, decided = tell(self.desk.policy, standing, event, event.arrived_at)
        self.standings[event.subject] = standing
        own = decided[0].decision
        if own.outcome != Outcome.REJECTED:
            self._known[key] = event.fingerprint
            self._told[key] = _as_told(decided[0], event.arrived_at)
        self._keep(own)
        self._let_in(decided[1:], event.arrived_at)
        return _result(event, own)

    def decide(self, decision: Decision, now: datetime) -> None:
        """Take in a decision that Refundry made by itself, with the parked events it lets in."""
        assert decision.resource is not None
        standing = replace(self.standings[decision.resource.id], resource=decision.resource)
        self._keep(decision)
        let_in: list[Decided] = []
        if decision.lets_in:
            standing, let_in = admitted(self.desk.policy, standing, now)
        self.standings[decision.resource.id] = standing
        self._let_in(let_in, now)

    def retry(self, subject: str, now: datetime) -> bool:
        """Bury what is overdue and try the parked events of a subject again. Returns whether anything changed."""
        standing, overdue = buried(self.standings[subject], now)
        self._buried += overdue
        let_in: list[Decided] = []
        if standing.resource is not None:
            standing, let_in = admitted(self.desk.policy, standing, now)
            self._let_in(let_in, now)
        self.standings[subject] = standing
        return bool(overdue or let_in)

    def try_again(self, event: Event, now: datetime) -> None:
        """Decide an event that has been waiting, parked or dead, as of now; one that still does not fit stays."""
        standing = self.standings[event.subject]
        decision = step(self.desk.policy, standing.resource, event, now)
        rest = resolved(standing, event)
        if decision.outcome == Outcome.PARKED or rest is standing:
            return
        rest = replace(rest, resource=decision.resource)
        decided = [Decided(event, decision)]
        if decision.lets_in:
            rest, let_in = admitted(self.desk.policy, rest, now)
            decided += let_in
        self.standings[event.subject] = rest
        self._let_in(decided, now)

    def discard(self, event: Event, detail: str) -> bool:
        """Resolve a waiting event without taking it in. Returns whether it was waiting."""
        standing = self.standings[event.subject]
        rest = resolved(standing, event)
        if rest is standing:
            return False
        self.standings[event.subject] = rest
        self._discarded.append((event, detail))
        return True

    def write(self, now: datetime) -> None:
        """Write everything decided, each table in one statement."""
        changed = [subject for subject, standing in self.standings.items() if standing is not self._read[subject]]
        new: list[StoredResource] = []
        moved: list[StoredResource] = []
        noted: list[StoredResource] = []
        for subject in changed:
            standing, was = self.standings[subject], self._stored_as_read.get(subject)
            if standing.resource is not None:
                stored = self._stored(was, standing, standing.resource)
                (new if was is None else noted if was.outlook is stored.outlook else moved).append(stored)
        resources.save_new(self.connection, new)
        resources.save_changed(self.connection, moved)
        resources.save_noted(self.connection, noted)
        self._write_refunds()
        history.append(self.connection, self.rows)
        tallies.add(self.connection, differences(self._stored_as_read, [*new, *moved, *noted], self.rows))
        inbox.bury(self.connection, self._buried)
        inbox.resolve(self.connection, list(self._resolved.values()))
        inbox.discard(self.connection, self._discarded, now)
        inbox.store(self.connection, list(self._told.values()))
        outbox.add(self.connection, self.effects, now)
        ledger.credit(self.connection, self.credits)

    def _stored(self, was: StoredResource | None, standing: Standing, resource: Resource) -> StoredResource:
        """A resource as it is to be written; an answer that nothing has changed is not sought again."""
        if was is None or was.unresolved != standing.unresolved or not resource.answers_as(was.resource):
            return stored_of(self.desk, resource, standing.unresolved, None if was is None else was.resource)
        return StoredResource(resource, was.unresolved, was.outlook, expiry_due(resource), was.resource.seq)

    def _write_refunds(self) -> None:
        stored = {
            read.resource.refund.id
            for read in self._read.values()
            if read.resource is not None and read.resource.refund is not None
        }
        new = [resource for key, resource in self._refunds.items() if key not in stored]
        old = [resource for key, resource in self._refunds.items() if key in stored]
        resources.save_refunds(self.connection, new, old)

    def _keep(self, decision: Decision) -> None:
        self.rows += decision.rows
        self.effects += decision.effects
        resource = decision.resource
        if decision.rows and resource is not None and resource.refund is not None:
            self._refunds[resource.refund.id] = resource

    def _let_in(self, decided: Collection[Decided], now: datetime) -> None:
        for one in decided:
            key = (one.event.source, one.event.id)
            self._keep(one.decision)
            told = replace(_as_told(one, now), waited=True)
            if key in self._told:
                self._told[key] = told
            else:
                self._resolved[key] = told
            if one.decision.outcome == Outcome.REJECTED:
                self._known.pop(key, None)


def stored_of(desk: Desk, resource: Resource, unresolved: int, read: Resource | None = None) -> StoredResource:
    """A resource with what is stored beside it, as the rules that stay with it say; `read` is what it was before."""
    seen = outlook(desk.policy.case(resource, resource.deadline_at, unresolved))
    return StoredResource(
        resource,
        unresolved,
        seen,
        expiry_due(resource),
        read_at_seq=0 if read is None else read.seq,
        reminder_due_at=reminder_due(resource, desk.remind_before),
    )


def _as_told(decided: Decided, now: datetime) -> Told:
    decision = decided.decision
    parked = decision.outcome == Outcome.PARKED
    return Told(decided.event, decision.outcome, decision.reasons, decision.detail, parked, None if parked else now)


def _result(event: Event, decision: Decision) -> Result:
    return Result(
        event.id, event.source, decision.outcome, event.subject, decision.state, decision.reasons, decision.detail
    )


def _told_before(event: Event, resource: Resource | None, *, same: bool) -> Result:
    state = None if resource is None else resource.state
    if same:
        return Result(event.id, event.source, Outcome.DUPLICATE, event.subject, state)
    reason = Reason(reasons.ID_REUSED, {"id": event.id, "source": event.source})
    return Result(event.id, event.source, Outcome.REJECTED, event.subject, state, (reason,))
