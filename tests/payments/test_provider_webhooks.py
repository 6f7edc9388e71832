"""What Stripe says by itself, over HTTP: signed, once, late, too early, and out of order."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import stripe
from httpx2 import Response
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence import attempts, ledger
from service.provider import Provider
from tests.money.world import World
from tests.payments.fake_stripe import API_KEY, WEBHOOK_SECRET, FakeStripe, Request, Said, fault, listed, refund

PATH = "/v1/providers/stripe/webhooks"
_ids = count(1)


class Shop:
    """A world whose payments go through the fake Stripe, and the application that hears from it."""

    def __init__(self, url: str, fake: FakeStripe, providers: dict[str, Provider] | None = None) -> None:
        self.fake = fake
        self.world = World(url, {"stripe": fake.adapter()} if providers is None else providers)
        self.client = TestClient(create_app(Wired(self.world.desk, Settings(), None, self.world.clock)))

    def asked(self, status: str = "pending") -> str:
        """A refund that was sent and answered with a status; returns its key."""
        self.fake.create = lambda request: (200, refund(request.form["metadata[refundry_key]"], status=status))
        self.world.pay("r", payment={"provider": "stripe", "reference": "ch_1"})
        assert self.world.ask("r").accepted
        self.world.later(seconds=0)
        return self.key()

    def key(self) -> str:
        return f"{self.world.refund_id('r')}:original_payment_method"

    def hear(self, event: dict[str, Any], **headers: str) -> Response:
        body = json.dumps(event)
        signed = {"stripe-signature": stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)}
        answer: Response = self.client.post(PATH, content=body, headers=signed | headers)
        return answer

    def tell(self, key: str, status: str, type_: str = "refund.updated", **more: Any) -> Response:
        return self.hear(event(type_, refund(key, status=status, **more)))

    def status(self) -> str:
        return self.world.status("r")

    def calls(self) -> list[tuple[str, str | None]]:
        refund_id = self.world.refund_id("r")
        with self.world.desk.store.reading() as connection:
            return [(one.kind, one.reply) for one in attempts.of_refunds(connection, [refund_id])[refund_id]]

    def credited(self) -> list[int]:
        with self.world.desk.store.reading() as connection:
            return [one.amount_minor for one in ledger.of_account(connection, "account-1")]


def event(type_: str, about: dict[str, Any], id_: str | None = None) -> dict[str, Any]:
    return {"id": id_ or f"evt_{next(_ids)}", "object": "event", "type": type_, "data": {"object": about}}


@pytest.fixture
def shop(any_database_url: str, fake: FakeStripe) -> Iterator[Shop]:
    made = Shop(any_database_url, fake)
    yield made
    made.world.close()


@pytest.mark.parametrize("type_", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"])
def test_an_event_of_a_refund_settles_it_once(shop: Shop, type_: str) -> None:
    key = shop.asked()
    assert shop.status() == "processing"
    told = event(type_, refund(key))
    first, second = shop.hear(told), shop.hear(told)
    refund_id = shop.world.refund_id("r")
    assert first.status_code == second.status_code == 200, first.text
    assert first.json() == {"results": [{"refund_id": refund_id, "reply": "paid", "before": False}]}
    assert second.json() == {"results": [{"refund_id": refund_id, "reply": "paid", "before": True}]}
    assert shop.status() == "succeeded"
    assert shop.calls() == [("send", "pending"), ("told", "paid")]
    assert shop.world.events("r").count("refund.succeeded") == 1
    shown = shop.client.get(f"/v1/refunds/{refund_id}").json()["attempts"][-1]
    assert shown["kind"] == "told"
    with shop.world.desk.store.reading() as connection:
        said = attempts.of_refunds(connection, [refund_id])[refund_id][-1].said
    assert said is not None
    assert {"event": told["id"], "type": type_, "id": "re_1", "status": "succeeded"}.items() <= said.items()
    assert "4242" not in json.dumps(dict(said))
    shop.world.later(days=60)
    assert (shop.status(), len(shop.fake.made("POST"))) == ("succeeded", 1)


def test_a_refunded_charge_names_its_refunds_or_has_them_listed(shop: Shop) -> None:
    key = shop.asked()
    other = refund("other", metadata={})
    old = {"id": "ch_1", "object": "charge", "refunds": listed(other, refund(key, status="pending"))}
    assert shop.hear(event("charge.refunded", old)).json()["results"][0]["reply"] == "pending"
    assert shop.fake.made("GET") == []

    shop.fake.look = lambda request: None
    silent = shop.hear(event("charge.refunded", {"id": "ch_1", "object": "charge"}, "evt_again"))
    assert (silent.status_code, silent.json()["code"]) == (503, "provider_silent")
    shop.fake.look = lambda request: (200, listed(other, refund(key)))
    again = shop.hear(event("charge.refunded", {"id": "ch_1", "object": "charge"}, "evt_again"))
    assert (again.status_code, again.json()["results"][0]["reply"]) == (200, "paid")
    assert shop.fake.made("GET")[-1].form["charge"] == "ch_1"
    assert shop.status() == "succeeded"


def test_what_is_about_nothing_of_ours_is_taken_and_left(shop: Shop) -> None:
    key = shop.asked()
    for told in (
        event("invoice.paid", {"id": "in_1"}),
        event("refund.updated", refund(key, metadata={})),
        event("refund.updated", refund(key, metadata=None)),
        event("refund.updated", refund(key, metadata={"refundry_refund_id": "x"})),
        {"id": "evt_v2", "object": "v2.core.event", "type": "v2.core.account.updated"},
    ):
        answer = shop.hear(told)
        assert (answer.status_code, answer.json()) == (200, {"results": []}), told
    assert shop.calls() == [("send", "pending")]


def test_unsigned_words_count_for_nothing(shop: Shop) -> None:
    key = shop.asked()
    body = json.dumps(event("refund.updated", refund(key)))
    make = stripe.WebhookSignature.generate_signature_header
    signatures = {
        "none": None,
        "garbled": "nonsense",
        "of another body": make(body + " ", WEBHOOK_SECRET),
        "by another": make(body, "whsec_other"),
        "too old": make(body, WEBHOOK_SECRET, int(time.time()) - 301),
    }
    for name, signature in signatures.items():
        headers = {} if signature is None else {"stripe-signature": signature}
        answer = shop.client.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_notice"), name
    assert shop.client.post(PATH, content=b"\xff\xfe", headers={"stripe-signature": "t=1,v1=x"}).status_code == 400
    assert (shop.status(), shop.calls()) == ("processing", [("send", "pending")])


@pytest.mark.parametrize("body", ["[]", "7", "{}", "null", '"x"', '{"type": "refund.updated"}', "{", "[" * 100_000])
def test_signed_nonsense_is_a_bad_notice(shop: Shop, body: str) -> None:
    signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)
    answer = shop.client.post(PATH, content=body, headers={"stripe-signature": signature})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_notice")


def test_where_nobody_is_listening(any_database_url: str, fake: FakeStripe) -> None:
    from service.stripe import Stripe

    for providers in ({}, {"stripe": Stripe(API_KEY, api_base=fake.base)}):
        shop = Shop(any_database_url, fake, dict(providers))
        assert shop.hear(event("refund.updated", refund())).status_code == 404
        assert shop.client.post("/v1/providers/sandbox/webhooks", content=b"{}").status_code == 404
        assert shop.client.post("/v1/providers/nobody/webhooks", content=b"{}").status_code == 404
        shop.world.close()


def test_a_refund_not_known_yet_is_to_be_told_again(shop: Shop) -> None:
    told = event("refund.updated", refund("rf_unknown:original_payment_method"))
    answer = shop.hear(told)
    assert (answer.status_code, answer.json()["code"]) == (409, "refund_unknown")
    for odd in ("rf_\x00", "rf_\ud800", "x" * 10_000):
        assert shop.tell(odd, "succeeded", created=10**20).status_code == 409
    shop.world.pay("s", "sandbox_pending_1d")
    shop.world.ask("s")
    foreign = shop.tell(f"{shop.world.refund_id('s')}:original_payment_method", "failed")
    assert (foreign.status_code, shop.world.status("s")) == (409, "processing")


LATE_REPLIES: list[tuple[str, Said]] = [
    ("lost", None),
    ("an error", fault(500, "api_error")),
    ("pending", (200, refund(status="pending"))),
    ("paid", (200, refund())),
    ("failed before", fault(400, code="charge_disputed")),
]


@pytest.mark.parametrize(("name", "reply"), LATE_REPLIES, ids=[name for name, _ in LATE_REPLIES])
def test_a_notice_that_overtakes_the_reply(shop: Shop, name: str, reply: Said) -> None:
    """Told while the attempt has no answer yet: taken in at once; the reply that comes after it sets nothing back."""
    made: list[dict[str, Any]] = []

    def create(request: Request) -> Said:
        made.append(refund(request.form["metadata[refundry_key]"]))
        assert shop.hear(event("refund.updated", made[0])).status_code == 200
        assert shop.status() == "succeeded"
        return reply

    shop.fake.look = lambda request: (200, listed(*made))
    shop.world.pay("r", payment={"provider": "stripe", "reference": "ch_1"})
    shop.world.ask("r")
    shop.fake.create = create
    shop.world.later(seconds=0)
    assert shop.status() == "succeeded"
    assert [kind for kind, _ in shop.calls()][:2] == ["send", "told"]
    shop.world.later(days=60)
    assert shop.status() == "succeeded"
    assert (len(shop.fake.made("POST")), shop.credited()) == (1, [])
    assert shop.world.events("r").count("refund.succeeded") == 1


def test_lower_words_set_nothing_back(shop: Shop) -> None:
    key = shop.asked("succeeded")
    rows = len(shop.world.events("r"))
    for status in ("pending", "requires_action", "succeeded"):
        assert shop.tell(key, status).status_code == 200
    assert (shop.status(), len(shop.world.events("r"))) == ("succeeded", rows)
    assert shop.calls() == [("send", "paid"), ("told", "pending"), ("told", "pending"), ("told", "paid")]


@pytest.mark.parametrize("why", [None, "lost_or_stolen_card"])
def test_a_success_that_fails_later_is_taken_back_once(shop: Shop, why: str | None) -> None:
    key = shop.asked("succeeded")
    assert shop.tell(key, "failed", "refund.failed", failure_reason=why).json()["results"][0]["reply"] == "taken_back"
    assert (shop.status(), shop.credited()) == ("reversed", [160])
    shop.tell(key, "failed", "refund.updated", failure_reason=why)
    shop.tell(key, "failed", "charge.refund.updated", failure_reason=why)
    shop.tell(key, "succeeded")
    shop.world.later(days=60)
    assert (shop.status(), shop.credited()) == ("reversed", [160])
    assert shop.world.answer("r").availability == "refunded"


def test_taken_back_is_found_by_asking_where_no_notice_came(shop: Shop) -> None:
    key = shop.asked("succeeded")
    shop.fake.look = lambda request: (200, listed(refund(key, status="failed", failure_reason="unknown")))
    shop.world.later(days=2)
    assert (shop.status(), shop.credited()) == ("reversed", [160])
    assert shop.calls() == [("send", "paid"), ("ask", "taken_back")]


def test_a_lost_card_is_credited_to_the_balance_once(shop: Shop) -> None:
    key = shop.asked()
    gone = {"failure_reason": "lost_or_stolen_card"}
    assert shop.tell(key, "failed", "refund.failed", **gone).json()["results"][0]["reply"] == "method_gone"
    assert (shop.status(), shop.credited()) == ("succeeded", [160])
    for type_ in ("refund.updated", "charge.refund.updated"):
        assert shop.tell(key, "failed", type_, **gone).status_code == 200
    shop.fake.look = lambda request: (200, listed(refund(key, status="failed", **gone)))
    shop.world.later(days=60)
    assert (shop.status(), shop.credited()) == ("succeeded", [160])
    assert shop.world.answer("r").destination == "account_balance"


def test_the_balance_is_not_credited_twice_where_the_reply_comes_after_the_notice(shop: Shop) -> None:
    def create(request: Request) -> Said:
        gone = refund(
            request.form["metadata[refundry_key]"], status="failed", failure_reason="expired_or_canceled_card"
        )
        assert shop.hear(event("refund.failed", gone)).status_code == 200
        return 200, gone

    shop.world.pay("r", payment={"provider": "stripe", "reference": "ch_1"})
    shop.world.ask("r")
    shop.fake.create = create
    shop.world.later(days=60)
    assert (shop.status(), shop.credited()) == ("succeeded", [160])


def test_old_words_leave_a_new_refund_alone(shop: Shop) -> None:
    old = shop.asked()
    shop.tell(old, "failed", "refund.failed")
    assert shop.status() == "failed"
    assert shop.tell(old, "succeeded").status_code == 200
    assert shop.status() == "failed"
    assert shop.world.ask("r").accepted
    shop.world.later(seconds=0)
    assert shop.key() != old
    for status in ("succeeded", "failed", "pending"):
        assert shop.tell(old, status).status_code == 200
        assert shop.status() == "processing"
    shop.tell(shop.key(), "succeeded")
    assert shop.status() == "succeeded"


def test_what_was_told_of_is_never_sent_again(shop: Shop) -> None:
    """The first call is on its way so slowly that asking finds nothing; then Stripe tells of it."""
    shop.fake.create = lambda request: None
    shop.world.pay("r", payment={"provider": "stripe", "reference": "ch_1"})
    shop.world.ask("r")
    shop.world.later(seconds=0)
    key = shop.key()

    def look(request: Request) -> Said:
        if len(shop.fake.made("GET")) == 1:
            assert shop.tell(key, "pending").status_code == 200
            return 200, listed()
        return 200, listed(refund(key))

    shop.fake.look = look
    shop.world.later(hours=1)
    assert shop.status() == "succeeded"
    assert len(shop.fake.made("POST")) == 1
    assert shop.calls() == [("send", "no_reply"), ("ask", "not_known"), ("told", "pending"), ("ask", "paid")]


def test_told_by_many_at_once_it_counts_once(fake: FakeStripe, database_url: str) -> None:
    shop = Shop(database_url, fake)
    key = shop.asked("succeeded")
    told = event("refund.failed", refund(key, status="failed"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.hear(told), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["results"][0]["before"] for answer in answers) == [False] + [True] * 7
    assert (shop.status(), shop.credited()) == ("reversed", [160])
    assert [kind for kind, _ in shop.calls()].count("told") == 1
    shop.world.close()


def test_the_clock_of_the_signature_is_the_machines(shop: Shop) -> None:
    """Under a clock that is set by hand, what Stripe signs now is in time all the same."""
    key = shop.asked()
    shop.world.clock.advance(shop.world.clock.now() + timedelta(days=400))
    assert shop.tell(key, "succeeded").status_code == 200
