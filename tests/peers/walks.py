"""Random walks through every machine as the rules take them, with the verdicts that a foreign engine is told.

A walk is what one engine is told, event by event, and the states in which its regions must stand after each.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.properties.stories import data_of, paths
from tests.properties.worlds import message
from workflows.conditions import Case
from workflows.decision import Decision
from workflows.definition import ELIGIBLE, WITHIN_LIMIT, Arc, Product
from workflows.diagrams.verdicts import begins_as, verdict_name
from workflows.eligibility import answer, past_grace
from workflows.events import Event, read_event
from workflows.intake import Decided, Standing, admitted, buried, tell
from workflows.lapse import expired, expiry_due
from workflows.overriding import OverrideError, overridden
from workflows.products import CATALOGUE
from workflows.refund_machine import REFUND, SECOND_PERSON
from workflows.resource import Refund, Resource
from workflows.review import ReviewError, reviewed
from workflows.rules import RuleBook, parse_rules
from workflows.settling import RefundStateError, Word, refund_moved
from workflows.step import Policy
from workflows.values import replace
from workflows.window import window_at
from workflows.window_machine import WINDOW
from workflows.words import (
    ORDER_PAID,
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    WINDOW_EXPIRED,
    Outcome,
)

START: Final = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
RULES: Final = """
version = "walks"
effective_from = 2026-01-01T00:00:00Z
late_arrival = "2h"
[window]
days = 3
convention = "exact"
[review]
above = { USD = "100.00" }
[override]
up_to = { USD = "300.00" }
[promotions.flash_sale]
refundable = false
"""
POLICY: Final = Policy(CATALOGUE, RuleBook([parse_rules(RULES)]))
CASH: Final = ("1.60", "1.60", "99.00", "250.00", "0.00")
PROMOTIONS: Final = (None, None, None, None, "flash_sale", "mystery")
PEOPLE: Final = ("customer", "manager", "second manager")
WAITS: Final = tuple(timedelta(hours=hours) for hours in (0, 0, 0, 0, 1, 6, 25))
OFFSETS: Final = tuple(timedelta(hours=hours) for hours in (0, 0, 0, 0, -1, -2, -30))
REFUND_WORDS: Final = tuple(dict.fromkeys(arc.event for arc in REFUND.arcs))

Telling = tuple[str, dict[str, bool]]
Taken = tuple[str, str, str, str]


@dataclass
class Walk:
    """What one engine is told, and where its regions must stand after each telling; it begins where it is made."""

    machine: str
    begins: tuple[str, ...]
    told: list[Telling] = field(default_factory=list)
    stood: list[tuple[str, ...]] = field(default_factory=list)

    def tell(self, type_: str, verdicts: dict[str, bool], *states: str) -> None:
        self.told.append((type_, verdicts))
        self.stood.append(states)


def walks(count: int, seed: int) -> tuple[list[Walk], set[Taken]]:
    """`count` walks through the products in turn, those of their refunds beside them, and every arc that was taken."""
    found: list[Walk] = []
    taken: set[Taken] = set()
    products = list(CATALOGUE)
    for number in range(count):
        walker = Walker(products[number % len(products)], random.Random(f"{seed}:{number}"))
        walker.wander()
        found += walker.walks
        taken |= walker.taken
    return found, taken


class Walker:
    """One resource on its random way. Whatever it is told, the rules decide; the engines hear of it afterwards."""

    def __init__(self, product: Product, chance: random.Random) -> None:
        self.product = product
        self.chance = chance
        self.now = START
        self.standing = Standing()
        self.window_seen_at = START
        self.count = 0
        self.walks: list[Walk] = []
        self.lifecycle: Walk | None = None
        self.refund: Walk | None = None
        self.taken: set[Taken] = set()

    def wander(self) -> None:
        if self.chance.random() < 0.1:
            self.use(self.chance.choice(self.product.arcs))
        self.pay()
        for arc in self.chance.choice(paths(self.product.key)):
            self.tell(arc.event, dict(data_of(arc.event)[0]), timedelta())
        for _ in range(self.chance.randint(3, 12)):
            self.wait()
            self.move()

    @property
    def resource(self) -> Resource:
        assert self.standing.resource is not None
        return self.standing.resource

    def wait(self) -> None:
        """The clock moves on, now and then to an edge of the deadline; what falls due then is recorded."""
        moment = self.now + self.chance.choice(WAITS)
        in_review = self.refund is not None and self.refund.stood[-1] == ("in_review",)
        if self.chance.random() < (0.4 if in_review else 0.1):
            edge = self.chance.choice((self.resource.deadline_at, self.resource.late_until))
            moment = edge - self.chance.choice((timedelta(), timedelta(seconds=1)))
        self.now = max(self.now, moment)
        due = expiry_due(self.resource)
        if due is not None and due <= self.now:
            before = self.resource
            decision = expired(before, self.product.definition_hash, self.now)
            self.window_seen_at = before.deadline_at
            self.heard(before, decision, WINDOW_EXPIRED, {})

    def move(self) -> None:
        """Something that fits, mostly."""
        resource, dice = self.resource, self.chance.random()
        under_way = [arc for arc in REFUND.arcs if resource.refund and resource.refund.status in arc.sources]
        if under_way and dice < 0.6:
            self.say(self.chance.choice(under_way).event)
        elif dice < 0.65:
            self.say(self.chance.choice(REFUND_WORDS))
        elif dice < 0.72:
            self.override()
        elif dice < (0.9 if resource.deadline_at <= self.now < resource.late_until else 0.82):
            self.ask()
        else:
            self.use(self.chance.choice(self.product.leaving[resource.state] or self.product.arcs))
        if self.chance.random() < 0.1:
            self.use(self.chance.choice(self.chance.choice((self.product, *CATALOGUE)).arcs))

    def pay(self) -> None:
        data = {
            "order_id": "order",
            "account_id": "account",
            "product": self.product.key,
            "currency": "USD",
            "cash_paid": self.chance.choice(CASH),
            "coupon_paid": "0.40",
            "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
            "promotion": self.chance.choice(PROMOTIONS),
        }
        if self.product.meter is not None:
            data[self.product.meter.total] = self.chance.choice((1, 2, 300))
        self.tell(ORDER_PAID, data, timedelta())

    def ask(self) -> None:
        offset = self.chance.choice(OFFSETS)
        self.tell(REFUND_REQUESTED, {"requested_by": self.chance.choice(PEOPLE)}, offset)

    def use(self, arc: Arc) -> None:
        self.tell(arc.event, dict(self.chance.choice(data_of(arc.event))), self.chance.choice(OFFSETS))

    def tell(self, type_: str, data: dict[str, Any], offset: timedelta) -> None:
        self.count += 1
        told = message(f"e-{self.count}", type_, "r", self.now + offset, data)
        event = read_event(told, self.now, CATALOGUE)
        before = self.standing.resource
        standing, _ = buried(self.standing, self.now)
        self.standing, decided = tell(POLICY, standing, event, self.now)
        self.decided(before, decided)

    def decided(self, before: Resource | None, decided: list[Decided]) -> None:
        for one in decided:
            after = one.decision.resource
            if before is not None:
                self.heard(before, one.decision, one.event.type, self.judged(before, one.event))
            elif after is not None:
                self.begun(after)
            before = after

    def begun(self, resource: Resource) -> None:
        self.window_seen_at = resource.payment.paid_at
        self.lifecycle = Walk(self.product.key, (resource.state, self.window(resource)))
        self.walks.append(self.lifecycle)

    def say(self, event: str) -> None:
        """A word about the refund, told to the refund's engine first, and to the product's where that took it."""
        before, refund = self.resource, self.resource.refund
        if refund is None or self.refund is None:
            return
        actor = self.chance.choice(PEOPLE)
        verdicts = {verdict_name(SECOND_PERSON): actor != refund.requested_by}
        try:
            decision = self._word(event, refund, actor)
        except (RefundStateError, ReviewError):
            self.refund.tell(event, verdicts, refund.status.value)
            return
        after = decision.resource
        assert after is not None and after.refund is not None
        self.refund.tell(event, verdicts, after.refund.status.value)
        self.taken.add((REFUND.key, refund.status.value, event, after.refund.status.value))
        self.heard(before, decision, event, self.verdicts(before, event))
        if decision.lets_in:
            let_in_from = self.resource
            self.standing, decided = admitted(POLICY, self.standing, self.now)
            self.decided(let_in_from, decided)

    def _word(self, event: str, refund: Refund, actor: str) -> Decision:
        engine = POLICY.engine(self.resource)
        if event in (REFUND_APPROVED, REFUND_DECLINED):
            approve = event == REFUND_APPROVED
            return reviewed(engine, self.resource, refund.id, actor, self.now, approve=approve, reason="looked at")
        return refund_moved(engine, self.resource, Word(event, actor, self.now))

    def override(self) -> None:
        before, rules = self.resource, POLICY.rulebook.in_force(self.now)
        case = POLICY.case(before, self.now, self.standing.unresolved)
        amount = self.chance.choice((1, 30_001, 1, before.payment.cash_minor))
        most = min(rules.override_up_to["USD"], before.payment.cash_minor)
        possible = any(before.state in arc.sources for arc in self.product.refund_arcs if arc.event == REFUND_OVERRIDE)
        called_for = possible and not answer(case).accepted
        verdicts = {verdict_name(WITHIN_LIMIT): called_for and 0 < amount <= most}
        engine = POLICY.engine(before)
        try:
            decision = overridden(engine, case, rules, self.chance.choice(PEOPLE), "a kindness", amount, self.now)
        except OverrideError:
            decision = Decision(Outcome.REFUSED, before)
        self.heard(before, decision, REFUND_OVERRIDE, verdicts)

    def heard(self, before: Resource, decision: Decision, type_: str, verdicts: dict[str, bool]) -> None:
        """The product's engine is told what the rules have decided on, and what else followed from it by itself."""
        assert self.lifecycle is not None
        after = decision.resource
        assert after is not None
        self.standing = replace(self.standing, resource=after)
        if decision.outcome == Outcome.APPLIED:
            self.taken |= {(self.product.key, before.state, type_, row.to_state) for row in decision.rows[:1]}
        for row in decision.rows[1:]:
            self.lifecycle.tell(type_, verdicts, row.from_state or "", self.window(before))
            type_, verdicts = row.event, self.verdicts(before, row.event)
            self.taken.add((self.product.key, before.state, type_, after.state))
            if self.refund is not None and after.refund is not None:
                second = {verdict_name(SECOND_PERSON): True}
                self.refund.tell(type_, second, after.refund.status.value)
        if type_ == REFUND_DECLINED:
            self.window_seen_at = self.now
        _, stood = (self.lifecycle.stood or [self.lifecycle.begins])[-1]
        self.lifecycle.tell(type_, verdicts, after.state, self.window(after))
        self.taken.add((WINDOW.key, stood, type_, self.window(after)))
        self._refund_begun(before, after, type_)

    def _refund_begun(self, before: Resource, after: Resource, type_: str) -> None:
        if after.refund is None or (before.refund is not None and before.refund.id == after.refund.id):
            return
        self.refund = Walk(REFUND.key, ("start",))
        status = after.refund.status.value
        self.refund.tell(type_, {verdict_name(begins_as(status)): True}, status)
        self.taken.add((REFUND.key, "start", type_, status))
        self.walks.append(self.refund)

    def window(self, resource: Resource) -> str:
        """The window as of the last thing recorded about it."""
        return window_at(self.window_seen_at, resource.deadline_at, resource.claimed_at).value

    def judged(self, before: Resource, event: Event) -> dict[str, bool]:
        """The verdicts on every condition of the event."""
        verdicts = self.verdicts(before, event.type)
        if event.type == REFUND_REQUESTED:
            verdicts[verdict_name(ELIGIBLE)] = answer(_asked(before, event)).accepted
        for arc in self.product.arcs:
            if arc.event == event.type:
                verdicts |= {verdict_name(guard.name): guard.holds(before, event.data) for guard in arc.guards}
        return verdicts

    def verdicts(self, before: Resource, type_: str) -> dict[str, bool]:
        """The verdicts on what a refund's end asks: where it came from, and the deadline."""
        arcs = [arc for arc in (*self.product.refund_arcs, *WINDOW.arcs) if arc.event == type_]
        origin = None if before.refund is None else before.refund.origin
        verdicts = {
            verdict_name(f"asked from {arc.came_from}"): origin == arc.came_from for arc in arcs if arc.came_from
        }
        if type_ == REFUND_DECLINED:
            in_time = self.now < before.deadline_at
            verdicts |= {
                verdict_name("before the deadline"): in_time,
                verdict_name("from the deadline on"): not in_time,
            }
        return verdicts


def _asked(resource: Resource, event: Event) -> Case:
    """The case that a request makes: judged at its own time, or, told too late for that, by its arrival."""
    late = past_grace(event.time, event.arrived_at, resource.deadline_at, resource.late_until)
    return replace(POLICY.case(resource, event.time), arrived_at=event.arrived_at if late else None)


def every_arc() -> Iterator[Taken]:
    """Every arc of every machine, the ways in which a refund begins included."""
    for definition in (*CATALOGUE, REFUND, WINDOW):
        for arc in definition.all_arcs:
            yield from ((definition.key, str(source), arc.event, str(arc.target)) for source in arc.sources)
    for status, events in REFUND.starts.items():
        yield from ((REFUND.key, "start", event, str(status)) for event in events.split(", "))
