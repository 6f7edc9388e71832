"""What Stripe's API says, and what it comes to; against a server that answers as told, through the real SDK."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.provider import Answer, Payout, Reply
from service.stripe import KEY, REFUND_ID, UnsendableError, to_stripe
from tests.payments.fake_stripe import API_KEY, FakeStripe, Request, Said, fault, listed, refund
from workflows.money import Money

MADE = datetime.fromtimestamp(1_772_359_200, UTC)
PAYOUT = Payout("rf_1:original_payment_method", "rf_1", "ch_1", Money("USD", 160))

STATUSES = [
    ("succeeded", None, Reply.PAID, False),
    ("pending", None, Reply.PENDING, False),
    ("requires_action", None, Reply.PENDING, False),
    ("something_new", None, Reply.PENDING, False),
    (None, None, Reply.PENDING, False),
    ("failed", "unknown", Reply.REFUSED, True),
    ("failed", None, Reply.REFUSED, True),
    ("canceled", None, Reply.REFUSED, True),
    ("failed", "lost_or_stolen_card", Reply.METHOD_GONE, True),
    ("failed", "expired_or_canceled_card", Reply.METHOD_GONE, True),
    ("pending", "expired_or_canceled_card", Reply.PENDING, False),
]


def always(status: int, body: Any) -> Callable[[Request], Said]:
    return lambda request: (status, body)


@pytest.mark.parametrize(("status", "why", "reply", "undone"), STATUSES)
def test_every_status(fake: FakeStripe, status: str | None, why: str | None, reply: Reply, undone: bool) -> None:
    theirs = refund(status=status, failure_reason=why)
    fake.create = always(200, theirs)
    fake.look = always(200, listed(refund(key="another"), theirs))
    stripe = fake.adapter()
    for answer in (stripe.send(PAYOUT, MADE), stripe.ask(PAYOUT, MADE)):
        assert (answer.reply, answer.undone) == (reply, undone)
        expected = {"id": "re_1", "status": status, "failure_reason": why, "amount": 160, "currency": "usd"}
        assert answer.said == {name: value for name, value in expected.items() if value is not None}


def test_what_is_sent(fake: FakeStripe) -> None:
    stripe = fake.adapter()
    stripe.send(PAYOUT, MADE)
    stripe.send(Payout("rf_2:original_payment_method", "rf_2", "pi_2", Money("JPY", 500)), MADE)
    first, second = fake.made("POST")
    assert first.path == "/v1/refunds"
    assert first.form == {
        "charge": "ch_1",
        "amount": "160",
        f"metadata[{REFUND_ID}]": "rf_1",
        f"metadata[{KEY}]": "rf_1:original_payment_method",
    }
    assert first.headers["idempotency-key"] == PAYOUT.key
    assert (second.form["payment_intent"], second.form["amount"]) == ("pi_2", "500")
    assert "charge" not in second.form


SILENCES: list[tuple[str, Said]] = [
    ("cut", None),
    ("a server's fault", fault(500, "api_error")),
    ("no JSON", (500, "<html>bad gateway</html>")),
    ("success without sense", (200, "no json")),
    ("unavailable", fault(503, "api_error")),
    ("rate limit", fault(429, code="rate_limit")),
    ("rate limit of old", fault(400, code="rate_limit")),
    ("locked", fault(429, code="lock_timeout")),
    ("key in use", fault(409, "idempotency_error", code="idempotency_key_in_use")),
    ("key used otherwise", fault(400, "idempotency_error", message="Keys for idempotent requests…")),
    ("no such key of ours", fault(401, message=f"Invalid API Key provided: {API_KEY}")),
    ("not permitted", fault(403)),
    ("no money with Stripe at present", fault(400, code="balance_insufficient")),
    ("key of the other mode", fault(404, message="No charge; a similar object exists in live mode")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said"), SILENCES, ids=[name for name, _ in SILENCES])
def test_what_is_not_certain_is_no_reply(fake: FakeStripe, name: str, said: Said) -> None:
    fake.create = fake.look = lambda request: said
    stripe = fake.adapter()
    for answer in (stripe.send(PAYOUT, MADE), stripe.ask(PAYOUT, MADE)):
        assert answer.reply == Reply.NO_REPLY
        assert answer.said["error"]
        assert API_KEY not in json.dumps(dict(answer.said))
    assert len(fake.made("POST")) == len(fake.made("GET")) == 1, "the SDK tries nothing again by itself"


def test_a_timeout_is_no_reply(fake: FakeStripe) -> None:
    def slow(request: Request) -> Said:
        time.sleep(0.6)
        return 200, refund()

    fake.create = slow
    began = time.monotonic()
    assert fake.adapter(timeout_seconds=0.2).send(PAYOUT, MADE).reply == Reply.NO_REPLY
    assert time.monotonic() - began < 0.55
    assert len(fake.made("POST")) == 1


def test_nobody_there_is_no_reply(fake: FakeStripe) -> None:
    fake.base = "http://127.0.0.1:1"
    stripe = fake.adapter()
    assert stripe.send(PAYOUT, MADE).reply == stripe.ask(PAYOUT, MADE).reply == Reply.NO_REPLY


REFUSALS = [
    fault(402, "card_error", code="card_declined", decline_code="generic_decline"),
    fault(400, code="charge_already_refunded"),
    fault(400, code="charge_disputed"),
    fault(400, message="Refund amount ($2.00) is greater than unrefunded amount on charge ($1.60)", param="amount"),
    fault(404, code="resource_missing", message="No such charge: 'ch_1'"),
]


@pytest.mark.parametrize("said", REFUSALS, ids=lambda said: said[1]["error"].get("code", "amount"))
def test_refused_for_good(fake: FakeStripe, said: tuple[int, Any]) -> None:
    fake.create = lambda request: said
    answer = fake.adapter().send(PAYOUT, MADE)
    assert (answer.reply, answer.undone) == (Reply.REFUSED, False)
    told = {"http_status": said[0], "message": said[1]["error"]["message"], "request": "req_fake"}
    assert told.items() <= answer.said.items()
    assert answer.said.get("code") == said[1]["error"].get("code")


@pytest.mark.parametrize("said", REFUSALS, ids=lambda said: said[1]["error"].get("code", "amount"))
def test_refused_because_it_was_done_before(fake: FakeStripe, said: tuple[int, Any]) -> None:
    fake.create = lambda request: said
    fake.look = always(200, listed(refund()))
    answer = fake.adapter().send(PAYOUT, MADE)
    assert (answer.reply, answer.said["id"]) == (Reply.PAID, "re_1")


def test_refused_and_then_silent_is_no_reply(fake: FakeStripe) -> None:
    fake.create = always(*fault(400, code="charge_already_refunded"))
    fake.look = lambda request: None
    assert fake.adapter().send(PAYOUT, MADE).reply == Reply.NO_REPLY


def test_a_payment_that_is_missing_twice_over(fake: FakeStripe) -> None:
    """Sending, a refusal. Asking, it may have been sent before, and the key may be another account's by now."""
    fake.create = fake.look = always(*fault(404, code="resource_missing", message="No such charge: 'ch_1'"))
    assert fake.adapter().send(PAYOUT, MADE).reply == Reply.REFUSED
    assert fake.adapter().ask(PAYOUT, MADE).reply == Reply.NO_REPLY


def test_not_known_only_where_every_page_was_seen(fake: FakeStripe) -> None:
    pages = [
        listed(*[refund(key=f"other{n}", id=f"re_a{n}") for n in range(3)], has_more=True),
        listed(refund(key="other", id="re_b", metadata=None), refund(id="re_c", status="pending")),
    ]
    fake.look = lambda request: (200, pages["starting_after" in request.form])
    answer = fake.adapter().ask(PAYOUT, MADE)
    assert (answer.reply, answer.said["id"]) == (Reply.PENDING, "re_c")
    first, second = fake.made("GET")
    assert first.form == {"charge": "ch_1", "limit": "100"}
    assert second.form["starting_after"] == "re_a2"
    assert fake.made("POST") == []

    pages[1] = listed(refund(key="other"))
    assert fake.adapter().ask(PAYOUT, MADE).reply == Reply.NOT_KNOWN
    fake.look = lambda request: (200, pages[0]) if "starting_after" not in request.form else fault(500, "api_error")
    assert fake.adapter().ask(PAYOUT, MADE).reply == Reply.NO_REPLY


def test_of_several_the_one_that_got_furthest(fake: FakeStripe) -> None:
    fake.look = always(200, listed(refund(id="re_f", status="failed"), refund(id="re_p", status="pending"), refund()))
    assert fake.adapter().ask(PAYOUT, MADE).said["id"] == "re_1"


@pytest.mark.parametrize(("reference", "filtered_by"), [("pi_9", "payment_intent"), ("py_9", "charge")])
def test_asking_by_the_kind_of_reference(fake: FakeStripe, reference: str, filtered_by: str) -> None:
    fake.adapter().ask(Payout("k", "rf_1", reference, Money("USD", 1)), MADE)
    assert fake.made("GET")[0].form[filtered_by] == reference


@pytest.mark.parametrize("reference", ["", "sandbox_ok", "CH_1", "re_1", "in_1"])
def test_a_reference_that_is_no_payment_of_stripes(fake: FakeStripe, reference: str) -> None:
    payout = Payout("k", "rf_1", reference, Money("USD", 1))
    answer = fake.adapter().send(payout, MADE)
    assert (answer.reply, fake.requests) == (Reply.REFUSED, [])
    assert "neither a charge" in answer.said["error"]
    assert fake.adapter().ask(payout, MADE).reply == Reply.NOT_KNOWN


def test_a_paid_refund_is_looked_at_again_for_a_month(fake: FakeStripe) -> None:
    looks = []
    now: datetime | None = MADE
    while now is not None:
        answer: Answer = fake.adapter().send(PAYOUT, now)
        now = answer.ask_at
        looks.append(now)
    assert looks == [MADE + timedelta(days=1), MADE + timedelta(days=7), MADE + timedelta(days=30), None]


@pytest.mark.parametrize(
    ("currency", "minor", "theirs"),
    [
        ("USD", 160, 160),
        ("HUF", 1045, 1045),
        ("TWD", 80045, 80045),
        ("JPY", 500, 500),
        ("KRW", 1, 1),
        ("XOF", 25, 25),
        ("MGA", 500, 5),  # two decimals in ISO 4217, none at Stripe
        ("ISK", 5, 500),  # none in ISO 4217, told in hundredths
        ("KWD", 5120, 5120),
        ("TND", 10, 10),
    ],
)
def test_amounts_as_stripe_counts_them(currency: str, minor: int, theirs: int) -> None:
    assert to_stripe(Money(currency, minor)) == theirs


@pytest.mark.parametrize(
    ("currency", "minor", "why"),
    [
        ("MGA", 160, "1.60 MGA: no decimals"),
        ("KWD", 5124, "5.124 KWD: the last digit must be 0"),
        ("BHD", 1, "0.001 BHD: the last digit must be 0"),
        ("IQD", 1000, "Stripe takes no IQD"),
        ("CLF", 10000, "Stripe takes no CLF"),
        ("UYI", 5, "Stripe takes no UYI"),
        ("UGX", 500, "in two ways"),
    ],
)
def test_amounts_that_stripe_cannot_express(fake: FakeStripe, currency: str, minor: int, why: str) -> None:
    with pytest.raises(UnsendableError, match=why):
        to_stripe(Money(currency, minor))
    answer = fake.adapter().send(Payout("k", "rf_1", "ch_1", Money(currency, minor)), MADE)
    assert (answer.reply, fake.requests) == (Reply.REFUSED, [])
    assert why in answer.said["error"]
