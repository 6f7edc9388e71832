"""Against `stripe-stateful-mock`, with answers lost under the SDK: every refund is paid exactly once by its books.

100 refunds; with REFUNDRY_SOAK=1 (`make soak-stripe`) 500.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stripe

from service.provider import Payout, Reply
from service.stripe import Stripe
from tests.peers.lossy import FAULTS, Pattern, lossy_proxy
from tests.peers.stripes import API_KEY, REFUNDS, Shop, books, refunded, stateful_mock
from workflows.money import Money

pytestmark = pytest.mark.peers
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with stateful_mock() as base:
        yield base


def charge(client: stripe.StripeClient, cents: int) -> str:
    return client.v1.charges.create({"amount": cents, "currency": "usd", "source": "tok_visa"}).id


def test_every_refund_is_paid_once(mock: str, tmp_path: Path) -> None:
    client = books(mock)
    payments = {charge(client, 100 + number): 100 + number for number in range(REFUNDS)}
    pattern = Pattern(20260318, FAULTS)
    with lossy_proxy(mock, pattern) as base:
        shop = Shop(tmp_path, base)
        shop.refund_all(payments)
    paid = refunded(client)
    print(f"faults: {dict(pattern.met)}\ncalls: {dict(shop.calls())}")  # noqa: T201
    assert {reference: paid[reference] for reference in payments} == {
        reference: [(cents, "succeeded")] for reference, cents in payments.items()
    }
    assert shop.statuses() == {"succeeded": REFUNDS}
    calls = shop.calls()
    assert calls["send", None] == calls["ask", None] == 0, "every call was answered, or settled by another"
    assert {fault for method, fault in pattern.met if method == "POST"} == {*FAULTS, "none"}
    assert calls["send", "no_reply"] and calls["ask", "no_reply"] and calls["ask", "not_known"]
    for reference in list(payments)[:5]:
        assert client.v1.charges.retrieve(reference).amount_refunded == payments[reference]


def test_the_same_key_is_the_same_refund(mock: str) -> None:
    client = books(mock)
    payout = Payout("rf_same:original_payment_method", "rf_same", charge(client, 500), Money("USD", 200))
    adapter = Stripe(API_KEY, api_base=mock)
    assert adapter.ask(payout, NOW).reply == Reply.NOT_KNOWN
    first, second = adapter.send(payout, NOW), adapter.send(payout, NOW)
    assert (first.reply, second.reply, adapter.ask(payout, NOW).reply) == (Reply.PAID, Reply.PAID, Reply.PAID)
    assert first.said["id"] == second.said["id"]
    assert client.v1.charges.retrieve(payout.reference).amount_refunded == 200


def test_what_it_refuses_is_refused_in_its_words(mock: str) -> None:
    client = books(mock)
    adapter = Stripe(API_KEY, api_base=mock)
    whole = charge(client, 500)
    client.v1.refunds.create({"charge": whole})
    twice = adapter.send(Payout("rf_a:o", "rf_a", whole, Money("USD", 500)), NOW)
    assert (twice.reply, twice.said["code"]) == (Reply.REFUSED, "charge_already_refunded")
    too_much = adapter.send(Payout("rf_b:o", "rf_b", charge(client, 500), Money("USD", 501)), NOW)
    assert too_much.reply == Reply.REFUSED
    assert "greater than unrefunded amount" in too_much.said["message"]
    unknown = adapter.send(Payout("rf_c:o", "rf_c", "ch_unknown", Money("USD", 1)), NOW)
    assert (unknown.reply, unknown.said["code"]) == (Reply.REFUSED, "resource_missing")


def test_one_key_for_two_amounts_is_a_conflict_and_no_answer(mock: str) -> None:
    reference = charge(books(mock), 500)
    adapter = Stripe(API_KEY, api_base=mock)
    payout = Payout("rf_two:o", "rf_two", reference, Money("USD", 100))
    assert adapter.send(payout, NOW).reply == Reply.PAID
    conflict = adapter.send(Payout(payout.key, payout.refund_id, reference, Money("USD", 200)), NOW)
    assert (conflict.reply, conflict.said["error"]) == (Reply.NO_REPLY, "IdempotencyError")


def test_a_key_that_is_not_accepted_is_no_answer(mock: str) -> None:
    adapter = Stripe("not_a_key_of_stripes", api_base=mock)
    payout = Payout("rf_k:o", "rf_k", charge(books(mock), 500), Money("USD", 1))
    assert adapter.send(payout, NOW).reply == adapter.ask(payout, NOW).reply == Reply.NO_REPLY
