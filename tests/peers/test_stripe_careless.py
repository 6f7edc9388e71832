"""Against `localstripe`, which ignores idempotency keys and pays anything: what were sent twice would be paid twice.

100 refunds; with REFUNDRY_SOAK=1 (`make soak-stripe`) 500.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import stripe

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.provider import Payout, Reply
from tests.peers.lossy import FAULTS, Pattern, lossy_proxy
from tests.peers.stripes import REFUNDS, Shop, books, localstripe, refunded
from tests.robustness.services import InThread
from workflows.money import Money

pytestmark = pytest.mark.peers
CARD: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("localstripe") / "log"


@pytest.fixture(scope="module")
def careless(log: Path) -> Iterator[str]:
    with localstripe(log) as base:
        yield base


class Till:
    """Takes money in: charges and payment intents, in turn."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self.client = client
        card = client.v1.payment_methods.create({"type": "card", "card": CARD})
        customer = client.v1.customers.create({"name": "Customer"})
        client.v1.payment_methods.attach(card.id, {"customer": customer.id})
        self.paying: Any = {"currency": "usd", "customer": customer.id}
        self.card = card.id

    def charge(self, cents: int) -> tuple[str, str]:
        params: Any = {"amount": cents, "source": self.card, **self.paying}
        made = self.client.v1.charges.create(params)
        return made.id, made.id

    def intent(self, cents: int) -> tuple[str, str]:
        """The payment intent's id, and its charge's."""
        params: Any = {"amount": cents, "payment_method": self.card, **self.paying}
        made = self.client.v1.payment_intents.create(params)
        latest: Any = self.client.v1.payment_intents.confirm(made.id).latest_charge
        return made.id, latest if isinstance(latest, str) else latest.id


def test_every_refund_is_paid_once_though_anything_would_be_paid(careless: str, tmp_path: Path) -> None:
    client = books(careless)
    till = Till(client)
    payments: dict[str, int] = {}
    charges: dict[str, int] = {}
    for number in range(REFUNDS):
        reference, charge = till.intent(100 + number) if number % 2 else till.charge(100 + number)
        payments[reference] = charges[charge] = 100 + number
    pattern = Pattern(20260318, FAULTS)
    with lossy_proxy(careless, pattern) as base:
        shop = Shop(tmp_path, base)
        shop.refund_all(payments)
    print(f"faults: {dict(pattern.met)}\ncalls: {dict(shop.calls())}")  # noqa: T201
    assert refunded(client) == {charge: [(cents, "succeeded")] for charge, cents in charges.items()}
    assert shop.statuses() == {"succeeded": REFUNDS}
    assert {fault for method, fault in pattern.met if method == "POST"} == {*FAULTS, "none"}
    calls = shop.calls()
    assert calls["send", None] == calls["ask", None] == 0
    assert calls["send", "no_reply"] and calls["ask", "no_reply"] and calls["ask", "not_known"]


def test_control_sent_twice_it_is_paid_twice(careless: str, tmp_path: Path) -> None:
    """What makes the test above worth something."""
    client = books(careless)
    reference, _ = Till(client).charge(500)
    adapter = Shop(tmp_path, careless).adapter
    payout = Payout("rf_twice:o", "rf_twice", reference, Money("USD", 500))
    now = Shop(tmp_path, careless).clock.now()
    assert adapter.send(payout, now).reply == adapter.send(payout, now).reply == Reply.PAID
    assert refunded(client)[reference] == [(500, "succeeded"), (500, "succeeded")]
    assert adapter.ask(payout, now).reply == Reply.PAID


@pytest.mark.parametrize(("secret", "said"), [("whsec_ours", "successfully delivered"), ("whsec_other", "code 400")])
def test_its_signature_is_checked(careless: str, log: Path, tmp_path: Path, secret: str, said: str) -> None:
    """Webhooks signed by another implementation: taken with the right secret, turned away with a wrong one."""
    shop = Shop(tmp_path, careless, webhook_secret=secret)
    service = InThread(Wired(shop.desk, Settings(), None, shop.clock))
    url = f"{service.client.base_url}/v1/providers/stripe/webhooks"
    hook = {"url": url, "secret": "whsec_ours", "events": ["customer.created"]}
    try:
        httpx.post(f"{careless}/_config/webhooks/refundry", json=hook).raise_for_status()
        before = log.stat().st_size
        books(careless).v1.customers.create({"name": "Somebody"})
        end = time.monotonic() + 15
        while 'webhook "customer.created"' not in (logged := log.read_bytes()[before:].decode()):
            assert time.monotonic() < end, logged
            time.sleep(0.1)
        assert said in next(line for line in logged.splitlines() if "customer.created" in line)
    finally:
        service.stop()
