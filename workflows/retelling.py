"""A life told again: what one resource's history would have come to under another policy.

Everything that others told is decided anew, in the order in which it was recorded. What became of a refund outside (a
person's word, the provider's answer) is taken as it was, where the refund of the retold life can still take it; and so
is the carrying over to another version of the definition, where the policy knows the state that it led to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from workflows import lapse, migrating, refund_machine
from workflows.decision import Decision
from workflows.eligibility import past_grace
from workflows.events import Event
from workflows.history import UNCHAINED, PutAwayError, Row, fold, what_is_missing
from workflows.intake import Standing, admitted
from workflows.overriding import OverrideError, overridden
from workflows.payments import repinned
from workflows.resource import Resource, refund_from_json
from workflows.settling import Word, refund_moved
from workflows.step import Policy, step
from workflows.values import replace
from workflows.words import (
    DEFINITION_MIGRATED,
    ORDER_PAID,
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    REFUNDRY,
    WINDOW_EXPIRED,
    Outcome,
)

Key = tuple[str, str]
#: From when to when an event of the resource was unresolved; without an end it still is.
Interval = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Life:
    """A resource's history with what stands beside it in the inbox.

    `arrivals` says when an event that had to wait was told, by source and id; others were told when they were recorded.
    """

    rows: Sequence[Row]
    arrivals: Mapping[Key, datetime] = field(default_factory=dict)
    unresolved: Sequence[Interval] = ()

    def told_at(self, row: Row) -> datetime:
        return self.arrivals.get((row.source, row.event_id), row.recorded_at)

    def unresolved_at(self, at: datetime) -> int:
        return sum(since <= at and (until is None or until > at) for since, until in self.unresolved)


@dataclass(frozen=True, slots=True)
class Retold:
    """A life told again: the resource behind it, every row that was decided, and the events that found no place.

    `dropped` are recorded rows that the retold life had no place for: words about a refund that it did not have, events
    of which no product knows, and carryings over to states that its product does not have.
    """

    resource: Resource | None
    rows: tuple[Row, ...] = ()
    unfitting: tuple[Event, ...] = ()
    dropped: tuple[Row, ...] = ()


def retold(policy: Policy, life: Life, until: datetime) -> Retold:
    """The life as `policy` decides it, with the window's end recorded where it falls due by `until`.

    Raises PutAwayError for a life whose beginning was put away.
    """
    _check_whole(life)
    telling = _Telling(policy, life)
    swept = any(row.event == WINDOW_EXPIRED for row in life.rows)
    for row in life.rows:
        if row.event == WINDOW_EXPIRED or not swept:
            telling.lapse(row.recorded_at)
        telling.take(row)
    telling.lapse(until)
    return Retold(telling.standing.resource, tuple(telling.rows), telling.standing.parked, tuple(telling.dropped))


def decided_anew(policy: Policy, resource: Resource, life: Life, until: datetime) -> Retold:
    """What `retold` comes to, told from the first request on; `resource` is what the life's rows amount to.

    Terms speak when a refund is asked for, and before that only of a remedy that was told too late. Up to there a life
    under other terms differs by its terms alone. A life without rows is one in which neither has happened. The end of
    the window is not recorded before the first request, and the rows before it are not among those of the result.
    Raises PutAwayError for a life whose beginning was put away.
    """
    _check_whole(life)
    asked = next((place for place, row in enumerate(life.rows) if row.event in _ASKING), len(life.rows))
    earlier = [row for row in life.rows[:asked] if row.event != WINDOW_EXPIRED]
    lived = resource if asked == len(life.rows) else fold(earlier)
    assert lived is not None, f"{resource.id} was asked for before it was paid for"
    begun = repinned(lived, policy.rulebook, head=UNCHAINED, expired=False)
    if any(_told_late(life, row, lived) or _told_late(life, row, begun) for row in earlier):
        return retold(policy, life, until)
    if asked == len(life.rows):
        return Retold(begun)
    telling = _Telling(policy, life, Standing(begun))
    for row in life.rows[asked:]:
        telling.take(row)
    return Retold(telling.standing.resource, tuple(telling.rows), telling.standing.parked, tuple(telling.dropped))


def _check_whole(life: Life) -> None:
    reason = what_is_missing(life.rows)
    if reason is not None:
        raise PutAwayError(f"{life.rows[0].resource_id} cannot be told again under other rules: {reason}")


_ASKING: Final = frozenset({REFUND_REQUESTED, REFUND_OVERRIDE})


def _told_late(life: Life, row: Row, resource: Resource) -> bool:
    return past_grace(row.occurred_at, life.told_at(row), resource.deadline_at, resource.late_until)


@dataclass(slots=True)
class _Telling:
    """A retelling under way."""

    policy: Policy
    life: Life
    standing: Standing = field(default_factory=Standing)
    rows: list[Row] = field(default_factory=list)
    dropped: list[Row] = field(default_factory=list)

    def take(self, row: Row) -> None:
        if row.event == WINDOW_EXPIRED or (row.event == REFUND_DECLINED and row.actor == REFUNDRY):
            return  # it follows by itself: from the clock, or from consumption that left nothing to refund
        if row.event == REFUND_OVERRIDE:
            self._override(row)
        elif row.event == DEFINITION_MIGRATED:
            self._carry(row)
        elif row.event in (ORDER_PAID, REFUND_REQUESTED) or self.policy.catalogue.of_event(row.event) is not None:
            self._tell(self._event(row), row.recorded_at)
        else:
            self._word(row)

    def lapse(self, moment: datetime) -> None:
        resource = self.standing.resource
        due = None if resource is None else lapse.expiry_due(resource)
        if resource is not None and due is not None and due <= moment:
            self._keep(lapse.expired(resource, self.policy.product(resource).definition_hash, moment), moment)

    def _event(self, row: Row) -> Event:
        return Event(
            source=row.source,
            id=row.event_id,
            type=row.event,
            subject=row.resource_id,
            time=row.occurred_at,
            data=row.data,
            arrived_at=self.life.told_at(row),
            fingerprint="",
            arrival=row.seq,
        )

    def _tell(self, event: Event, now: datetime) -> None:
        decision = step(self.policy, self.standing.resource, event, now, self.life.unresolved_at(now))
        if decision.outcome == Outcome.PARKED:
            self.standing = replace(self.standing, parked=(*self.standing.parked, event))
        elif decision.outcome != Outcome.REJECTED:
            self._keep(decision, now)

    def _override(self, row: Row) -> None:
        resource, asked = self.standing.resource, refund_from_json(row.changes["refund"])
        if resource is None:
            return
        case = self.policy.case(resource, row.occurred_at, self.life.unresolved_at(row.occurred_at))
        in_force = self.policy.rulebook.in_force(row.occurred_at)
        why = str(row.data.get("reason", ""))
        try:
            decision = overridden(
                self.policy.engine(resource), case, in_force, row.actor, why, asked.amount_minor, row.recorded_at
            )
        except OverrideError:
            self._tell(
                replace(self._event(row), type=REFUND_REQUESTED, data={"requested_by": row.actor}), row.recorded_at
            )
        else:
            self._keep(decision, row.recorded_at)

    def _carry(self, row: Row) -> None:
        resource = self.standing.resource
        product = None if resource is None else self.policy.product(resource)
        carried = None if resource is None or product is None else migrating.carried_again(product, resource, row)
        if carried is None:
            self.dropped.append(row)
        else:
            self._keep(carried, row.recorded_at)

    def _word(self, row: Row) -> None:
        resource = self.standing.resource
        if resource is None or not _takes(resource, row.event):
            self.dropped.append(row)
            return
        was = refund_from_json(row.changes["refund"])
        said = {name: value for name, value in row.data.items() if name != "refund_id"}
        changed = {"destination": was.destination, "decided_by": was.decided_by, "note": was.note}
        word = Word(row.event, row.actor, row.recorded_at, said)
        self._keep(refund_moved(self.policy.engine(resource), resource, word, **changed), row.recorded_at)

    def _keep(self, decision: Decision, now: datetime) -> None:
        self.standing = Standing(decision.resource, self.standing.parked)
        self.rows += decision.rows
        if decision.lets_in:
            self.standing, let_in = admitted(self.policy, self.standing, now)
            self.rows += [row for one in let_in for row in one.decision.rows]


def _takes(resource: Resource, event: str) -> bool:
    """Whether the present refund, if there is one, can take a word about it."""
    refund = resource.refund
    known = any(event == arc.event for arc in refund_machine.REFUND.arcs)
    return known and refund is not None and refund_machine.ENGINE.fire(event, resource, {}, refund.status) is not None
