"""Each reference of the sandbox ends as the contract says, on every kind of database."""

from persistence import attempts, ledger
from persistence.ledger import Credit
from tests.money.world import World


def credits_of(world: World) -> list[Credit]:
    with world.desk.store.reading() as connection:
        return list(ledger.of_account(connection, "account-1"))


def replies(world: World, subject: str) -> list[tuple[str, str | None]]:
    refund_id = world.refund_id(subject)
    with world.desk.store.reading() as connection:
        return [(one.kind, one.reply) for one in attempts.of_refunds(connection, [refund_id])[refund_id]]


def asked_for(world: World, reference: str) -> None:
    world.pay("r", reference)
    world.later(days=1)
    assert world.ask("r").accepted


def test_ok_is_paid_at_the_next_call(world: World) -> None:
    asked_for(world, "sandbox_ok")
    assert world.status("r") == "processing"
    world.later(seconds=0)
    assert world.status("r") == "succeeded"
    assert world.answer("r").availability == "refunded"
    assert replies(world, "r") == [("send", "paid")]
    assert credits_of(world) == []


def test_any_other_reference_behaves_as_ok(world: World) -> None:
    asked_for(world, "ch_something")
    world.later(seconds=0)
    assert world.status("r") == "succeeded"


def test_method_gone_is_credited_to_the_balance_once(world: World) -> None:
    asked_for(world, "sandbox_method_gone")
    world.later(hours=1)
    assert (world.status("r"), world.answer("r").destination) == ("succeeded", "account_balance")
    assert [(credit.amount_minor, credit.currency) for credit in credits_of(world)] == [(160, "USD")]
    assert world.events("r")[-2:] == ["refund.redirected", "refund.succeeded"]


def test_fails_gives_it_back_and_keeps_the_claim(world: World) -> None:
    asked_for(world, "sandbox_fails")
    world.later(hours=1)
    assert world.status("r") == "failed"
    world.later(days=30)
    found = world.answer("r")
    assert (found.availability, found.window) == ("available", "claimed")
    assert found.remedy[-1]["before"] is None
    assert world.ask("r").accepted


def test_lost_reply_is_settled_by_asking(world: World) -> None:
    asked_for(world, "sandbox_lost_reply")
    world.later(seconds=0)
    assert (world.status("r"), world.answer("r").availability) == ("in_doubt", "in_progress")
    world.later(minutes=2)
    assert world.status("r") == "succeeded"
    assert replies(world, "r") == [("send", "no_reply"), ("ask", "paid")]


def test_down_for_two_hours_is_paid_with_the_same_key(world: World) -> None:
    asked_for(world, "sandbox_down_2h")
    world.later(minutes=119)
    assert world.status("r") == "in_doubt"
    world.later(hours=2)
    assert world.status("r") == "succeeded"
    refund_id = world.refund_id("r")
    with world.desk.store.reading() as connection:
        made = attempts.of_refunds(connection, [refund_id])[refund_id]
    assert {one.key for one in made} == {f"{refund_id}:original_payment_method"}
    assert [one.kind for one in made if one.kind == "send"] == ["send", "send"]


def test_pending_succeeds_a_day_later(world: World) -> None:
    asked_for(world, "sandbox_pending_1d")
    world.later(hours=23)
    assert (world.status("r"), world.answer("r").availability) == ("processing", "in_progress")
    world.later(hours=1)
    assert world.status("r") == "succeeded"


def test_reversed_goes_to_the_balance_and_stays_refunded(world: World) -> None:
    asked_for(world, "sandbox_reversed_1d")
    world.later(hours=1)
    assert (world.status("r"), world.answer("r").destination) == ("succeeded", "original_payment_method")
    world.later(days=1)
    assert world.status("r") == "reversed"
    found = world.answer("r")
    assert (found.availability, found.destination) == ("refunded", "account_balance")
    assert [credit.amount_minor for credit in credits_of(world)] == [160]


def test_as_of_then_it_was_still_in_doubt(world: World) -> None:
    from service import questions

    asked_for(world, "sandbox_lost_reply")
    doubtful = world.clock.now()
    world.later(days=2)
    then = questions.eligibility(world.desk, "r", doubtful)
    assert then.availability == "in_progress"
    assert questions.eligibility(world.desk, "r").availability == "refunded"
