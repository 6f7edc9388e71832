"""Review: a second person's word, with a reason, for the amount it was given for."""

import pytest

from service import refunds
from service.batch import Result
from service.refunds import RefundView
from tests.money.world import World
from workflows.review import Objection, ReviewError


def decide(
    world: World, *, approve: bool, actor: str = "manager-1", reason: str | None = "checked", amount: str | None = None
) -> RefundView:
    return refunds.decide(world.desk, world.refund_id("g"), actor, approve=approve, reason=reason, amount=amount)


@pytest.fixture
def in_review(world: World) -> World:
    world.gateway_with_consumption("g")
    world.later(days=1)
    assert world.ask("g").accepted
    assert world.status("g") == "in_review"
    return world


def consumed(world: World, units: int) -> Result:
    return world.tell("gateway.quota_consumed", "g", units=units)


def test_approved_by_a_second_person_is_paid(in_review: World) -> None:
    assert decide(in_review, approve=True, amount="1.28").listed.refund.status == "approved"
    in_review.later(seconds=0)
    assert in_review.status("g") == "succeeded"
    found = in_review.answer("g")
    assert found.amount is not None
    assert (found.availability, found.amount.minor) == ("refunded", 128)


@pytest.mark.parametrize("approve", [True, False])
def test_the_one_who_asked_may_not_decide(in_review: World, approve: bool) -> None:
    with pytest.raises(ReviewError) as error:
        decide(in_review, approve=approve, actor="customer-1")
    assert error.value.objection == Objection.SAME_PERSON


def test_declining_needs_a_reason(in_review: World) -> None:
    with pytest.raises(ReviewError) as error:
        decide(in_review, approve=False, reason=None)
    assert error.value.objection == Objection.REASON_REQUIRED


def test_declined_goes_back_and_ends_the_claim(in_review: World) -> None:
    in_review.later(days=10)
    assert in_review.answer("g").window == "claimed"
    decide(in_review, approve=False)
    found = in_review.answer("g")
    assert (found.case.resource.state, found.window, found.availability) == ("issued", "closed", "unavailable")
    in_review.later(seconds=0)
    assert in_review.events("g")[-1] == "refund_window.expired"


def test_an_approval_for_an_amount_that_changed_is_void(in_review: World) -> None:
    assert consumed(in_review, 60).outcome == "applied"
    with pytest.raises(ReviewError) as error:
        decide(in_review, approve=True, amount="1.28")
    assert error.value.objection == Objection.AMOUNT_CHANGED
    assert "0.96 USD" in str(error.value)
    assert decide(in_review, approve=True, amount="0.96").listed.amount.minor == 96


def test_nothing_left_declines_by_itself(in_review: World) -> None:
    result = consumed(in_review, 240)
    assert (result.outcome, result.state) == ("applied", "issued")
    assert in_review.status("g") == "declined"
    assert [reason.code.key for reason in in_review.answer("g").reasons] == ["quota_exhausted"]


def test_no_word_counts_twice(in_review: World) -> None:
    decide(in_review, approve=True)
    for approve in (True, False):
        with pytest.raises(ReviewError) as error:
            decide(in_review, approve=approve)
        assert error.value.objection == Objection.NOT_IN_REVIEW


def test_consumption_after_approval_waits_and_is_refused_when_paid(in_review: World) -> None:
    decide(in_review, approve=True)
    assert [reason.code.key for reason in consumed(in_review, 10).reasons] == ["refund_in_progress"]
    in_review.later(seconds=0)
    assert in_review.events("g")[-2:] == ["refund.succeeded", "gateway.quota_consumed"]


def test_a_large_refund_waits_for_review(world: World) -> None:
    world.pay("big", cash_paid="500.01")
    world.pay("enough", cash_paid="500.00")
    assert world.ask("big").accepted and world.ask("enough").accepted
    assert (world.status("big"), world.status("enough")) == ("in_review", "processing")


def test_asked_again_after_a_decline(in_review: World) -> None:
    first = in_review.refund_id("g")
    decide(in_review, approve=False)
    assert in_review.ask("g", "customer-2").accepted
    assert in_review.refund_id("g") != first
    assert decide(in_review, approve=True).listed.refund.requested_by == "customer-2"
