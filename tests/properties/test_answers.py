"""Of the core alone: what an answer promises is kept, nothing shorter leads there, and no order of arrival matters."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.properties.stories import OFFSETS, RULES, START, Use, data_of, payments, walks
from tests.properties.worlds import Line, codes
from workflows.decision import Decision
from workflows.intake import Standing
from workflows.products import CATALOGUE
from workflows.rules import RuleBook, parse_rules
from workflows.step import Policy, step
from workflows.words import (
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_FAILED,
    REFUND_SENT,
    REFUNDING,
    Availability,
    Outcome,
    RefundStatus,
)

POLICY = Policy(CATALOGUE, RuleBook([parse_rules(text) for text in RULES]))
STEPS = st.sampled_from([timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=8)])
DATA_OF_REMEDY: dict[str, dict[str, Any]] = {"ca.reset": {"confirmed_data_deletion": True}}


#: How a refund under way may end with its resource given back.
FAILED = {
    RefundStatus.PROCESSING: (REFUND_FAILED,),
    RefundStatus.IN_REVIEW: (REFUND_APPROVED, REFUND_SENT, REFUND_FAILED),
}
REMEDIABLE = sorted(product.key for product in CATALOGUE if any(arc.step for arc in product.arcs))


@st.composite
def lines(draw: st.DrawFn, *, keys: Any = CATALOGUE.keys) -> tuple[Line, datetime]:
    """A subject after a random life, perhaps with refunds that came to nothing, and an instant."""
    line, now = Line(POLICY), START
    key = draw(st.sampled_from(keys))
    line.tell("order.paid", now, draw(payments(key)), START + draw(st.sampled_from(OFFSETS)))
    events = [(event, data) for event in sorted(CATALOGUE.product(key).use_events) for data in data_of(event)]
    for _ in range(draw(st.integers(1, 2))):
        for move in draw(walks("r", key)):
            assert isinstance(move, Use)
            line.tell(move.type, now, move.data)
        for type_, data in draw(st.lists(st.sampled_from(events), max_size=2)):
            now += draw(STEPS)
            line.tell(type_, now, data, now + draw(st.sampled_from(OFFSETS)))
        if draw(st.booleans()):
            line.tell("refund.requested", now)
            give_back(line, now, declined=draw(st.booleans()))
    return line, now + draw(STEPS)


def give_back(line: Line, now: datetime, *, declined: bool) -> None:
    refund = line.resource.refund
    if refund is None or refund.status not in FAILED:
        return
    reviewed = refund.status == RefundStatus.IN_REVIEW
    for word in (REFUND_DECLINED,) if declined and reviewed else FAILED[refund.status]:
        line.say(word, now)


def settled(line: Line) -> Line:
    """The line without its parked and dead events: what they would do is no business of a remedy."""
    return Line(POLICY, Standing(line.resource), line.count)


def use_events(line: Line) -> list[tuple[str, dict[str, Any]]]:
    known = POLICY.product(line.resource)
    return [(event, data) for event in sorted(known.use_events) for data in data_of(event)]


def requested(line: Line, at: datetime) -> Decision:
    return line.branch().tell("refund.requested", at)


@settings(max_examples=200)
@given(lines(keys=REMEDIABLE))
def test_a_remedy_that_is_followed_ends_in_an_accepted_request(told: tuple[Line, datetime]) -> None:
    line, at = settled(told[0]), told[1]
    promised = line.answer(at)
    assume(promised.availability == Availability.ACTION_REQUIRED)
    *steps, last = [step["event"] for step in promised.remedy]
    assert last == "refund.requested" and steps
    for event in steps:
        assert not line.answer(at).accepted
        assert line.tell(event, at, DATA_OF_REMEDY.get(event)).outcome == Outcome.APPLIED
    accepted = line.tell("refund.requested", at)
    assert accepted.outcome == Outcome.APPLIED
    refund = line.resource.refund
    assert refund is not None and promised.amount is not None
    assert refund.amount_minor == promised.amount.minor
    reviewed = {reason.code.key for reason in accepted.reasons}
    assert reviewed == {code for code in codes(promised.reasons) if not code.startswith(("must_", "revocation_"))}


def shorter_than(length: int, line: Line, at: datetime) -> Iterator[tuple[Any, ...]]:
    """Every sequence of fewer use events after which a request is accepted."""
    for count in range(length):
        for sequence in product(use_events(line), repeat=count):
            tried = line.branch()
            for type_, data in sequence:
                tried.tell(type_, at, data)
            if requested(tried, at).outcome == Outcome.APPLIED:
                yield sequence


@settings(max_examples=120)
@given(lines(keys=REMEDIABLE))
def test_no_shorter_sequence_of_use_events_leads_to_a_refund(told: tuple[Line, datetime]) -> None:
    line, at = settled(told[0]), told[1]
    promised = line.answer(at)
    assume(promised.availability == Availability.ACTION_REQUIRED)
    assert not list(shorter_than(len(promised.remedy) - 1, line, at))


@settings(max_examples=100)
@given(lines())
def test_where_a_refund_is_unavailable_no_use_events_lead_to_one(told: tuple[Line, datetime]) -> None:
    line, at = settled(told[0]), told[1]
    assume(line.answer(at).availability == Availability.UNAVAILABLE)
    assert not list(shorter_than(4 if len(use_events(line)) < 5 else 3, line, at))


@settings(max_examples=300)
@given(lines())
def test_a_request_is_taken_exactly_where_the_answer_says_so(told: tuple[Line, datetime]) -> None:
    line, at = told
    promised = line.answer(at)
    decision = requested(line, at)
    expected = Outcome.APPLIED if promised.accepted else Outcome.REFUSED
    assert (decision.outcome, codes(decision.reasons)) == (expected, codes(promised.reasons))
    assert promised.accepted == (promised.availability in (Availability.AVAILABLE, Availability.REVIEW_REQUIRED))
    assert (promised.availability == Availability.AVAILABLE) == (not promised.reasons)


@settings(max_examples=150)
@given(lines())
def test_reasons_stand_in_their_published_order_and_each_is_said_once(told: tuple[Line, datetime]) -> None:
    line, at = told
    said = line.answer(at).reasons
    ranks = [reason.code.rank for reason in said]
    assert ranks == sorted(set(ranks))
    assert all(reason.message for reason in said)


@settings(max_examples=400)
@given(lines())
def test_no_refund_is_taken_against_the_published_terms(told: tuple[Line, datetime]) -> None:
    """The terms said once more, in other words than the rules that decide."""
    line, at = settled(told[0]), told[1]
    before = line.resource
    if line.tell("refund.requested", at).outcome != Outcome.APPLIED:
        return
    payment, refund = before.payment, line.resource.refund
    assert refund is not None
    assert before.claimed_at is not None or at < before.deadline_at
    assert before.state in ("pending", "revoked", "reset", "issued")
    if before.state in ("revoked", "reset"):
        assert before.remedied_at is not None and before.remedied_at < before.deadline_at
    assert not (before.state == "revoked" and before.facts.get("combined"))
    assert payment.promotion != "flash_sale" or before.rules_version == "earlier"
    if before.state == "issued":
        used, bought = before.facts["consumed"], before.facts["quota_units"]
        assert 0 < used < bought and refund.status == RefundStatus.IN_REVIEW
        assert refund.amount_minor * bought <= payment.fee_minor * (bought - used)
    else:
        assert refund.amount_minor == payment.cash_minor
    assert 0 < refund.amount_minor <= payment.cash_minor


@settings(max_examples=300)
@given(lines())
def test_nothing_stays_parked_that_fits(told: tuple[Line, datetime]) -> None:
    line, at = told
    if line.resource.state == REFUNDING:
        return
    for event in line.standing.parked:
        assert step(POLICY, line.resource, event, at).outcome == Outcome.PARKED


def test_what_is_let_in_lets_in_what_is_dated_before_it() -> None:
    """Dated in an order in which they could not have happened, and let in all the same."""
    line = Line(POLICY)
    line.tell("order.paid", START, PLAIN | {"product": "ssl_certificate"})
    line.tell("certificate.application_submitted", START)
    for minutes, event in enumerate(("revocation_completed", "revocation_requested")):
        parked = line.tell(f"certificate.{event}", START, time=START - timedelta(minutes=5 - minutes))
        assert parked.outcome == Outcome.PARKED
    line.tell("certificate.issued", START)
    assert (line.resource.state, line.standing.unresolved) == ("revoked", 0)


def lives_of(key: str, longest: int = 5) -> list[tuple[tuple[str, dict[str, Any]], ...]]:
    """Every sequence of fitting use events in which each event type occurs once."""
    line = Line(POLICY)
    line.tell("order.paid", START, PLAIN | {"product": key})
    found: list[tuple[tuple[str, dict[str, Any]], ...]] = []
    frontier: list[tuple[tuple[tuple[str, dict[str, Any]], ...], Line]] = [((), line)]
    while frontier:
        life, lived = frontier.pop()
        found.append(life)
        done = {type_ for type_, _ in life}
        for type_, data in use_events(line):
            then = lived.branch()
            if len(life) < longest and type_ not in done:
                moved = then.tell(type_, START + timedelta(minutes=len(life) + 1), data)
                if moved.outcome == Outcome.APPLIED:
                    frontier.append(((*life, (type_, data)), then))
    return found


PLAIN: dict[str, Any] = {
    "order_id": "order", "account_id": "account", "currency": "USD", "cash_paid": "1.60", "coupon_paid": "0",
    "payment": {"provider": "sandbox", "reference": "sandbox_ok"}, "quota_units": 300,
}  # fmt: skip


@pytest.mark.parametrize("key", CATALOGUE.keys)
def test_every_order_of_arrival_ends_alike_or_leaves_what_a_person_sees(key: str) -> None:
    """Then no refund is paid without review, as long as anything stays unresolved; exhaustive, not random."""
    now = START + timedelta(hours=1)
    lives = lives_of(key)
    assert len(lives) > 1
    for life in lives:
        straight = lived(key, life, range(len(life)), now)
        for order in permutations(range(len(life))):
            other = lived(key, life, order, now)
            if other.standing.unresolved == 0:
                assert other.resource.state == straight.resource.state, (life, order)
                assert other.resource.facts == straight.resource.facts
                assert other.answer(now).to_json() == straight.answer(now).to_json()
                continue
            assert {event.type for event in other.standing.parked} <= {type_ for type_, _ in life}
            decision = other.tell("refund.requested", now)
            refund = other.resource.refund
            assert decision.outcome == Outcome.REFUSED or (
                refund is not None and refund.status == RefundStatus.IN_REVIEW
            )


def lived(key: str, life: Any, order: Any, now: datetime) -> Line:
    """The life as it happened minute by minute, told all at one moment in this order."""
    line = Line(POLICY)
    line.tell("order.paid", START, PLAIN | {"product": key})
    for place in order:
        type_, data = life[place]
        line.tell(type_, now, data, START + timedelta(minutes=place + 1))
    return line


@settings(max_examples=100)
@given(lines(), st.sampled_from([REFUND_FAILED, REFUND_DECLINED]))
def test_what_only_refundry_may_say_is_never_told(told: tuple[Line, datetime], type_: str) -> None:
    line, at = told
    before = line.standing
    with pytest.raises(Exception, match="Only Refundry itself"):
        line.tell(type_, at)
    assert line.standing == before
    assert at.tzinfo is UTC
