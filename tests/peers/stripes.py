"""Two programs that speak Stripe's API and that nobody here wrote, as processes on loopback; and a shop that uses them.

`stripe-stateful-mock` (npm) keeps idempotency keys and refuses to refund more than was paid. `localstripe` (PyPI, AGPL
or GPL, hence only ever a process from an environment of its own) does neither: whatever is sent twice is paid twice.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import stripe

from persistence import attempts
from persistence.database import open_engine
from persistence.refunds import Filter
from scheduler.sweeps import sweep_until
from service import refunds
from service.clock import SetClock
from service.clockwork import next_due
from service.ingest import Message, ingest
from service.opening import open_desk
from service.stripe import Stripe
from workflows.products import CATALOGUE

HERE = Path(__file__).parent
LOCALSTRIPE = HERE.parent.parent / "build" / "localstripe"
API_KEY = "sk_test_refundry"
START_SECONDS = 30.0
TIMEOUT_SECONDS = 1.0
REFUNDS = 500 if os.environ.get("REFUNDRY_SOAK") else 100


@contextmanager
def stateful_mock() -> Iterator[str]:
    """The address of a `stripe-stateful-mock` that lives as long as the block."""
    node = shutil.which("node")
    assert node, "Node.js is not installed (Debian: nodejs)"
    assert (HERE / "node_modules" / "stripe-stateful-mock").is_dir(), "run `make test-peers`: it installs what it needs"
    process = subprocess.Popen([node, str(HERE / "serve_stripe_mock.mjs")], cwd=HERE, stdout=subprocess.PIPE)
    with _ended(process):
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "stripe-stateful-mock did not start"
        yield f"http://127.0.0.1:{int(port)}"


@contextmanager
def localstripe(log: Path) -> Iterator[str]:
    """The address of a `localstripe` that lives as long as the block; what it logs goes to a file."""
    python = LOCALSTRIPE / "bin" / "python"
    assert python.exists(), "localstripe is not installed in build/localstripe; `make test-peers` does it"
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(python), "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=written, stderr=written)
        with _ended(process):
            _await_port(port, process)
            yield f"http://127.0.0.1:{port}"
    (Path(tempfile.gettempdir()) / "localstripe.pickle").unlink(missing_ok=True)  # it leaves its memory there


@contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def _await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with status {process.returncode}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the server did not start in time")


def books(base: str) -> stripe.StripeClient:
    """A client of the provider itself, past the proxy: to fill its books and to read them."""
    return stripe.StripeClient(API_KEY, base_addresses={"api": base}, max_network_retries=0)


def refunded(client: stripe.StripeClient) -> dict[str, list[tuple[int, str | None]]]:
    """Amount and status of every refund in the provider's books, by charge."""
    found: dict[str, list[tuple[int, str | None]]] = {}
    for refund in client.v1.refunds.list({"limit": 100}).auto_paging_iter():
        found.setdefault(str(refund.charge), []).append((refund.amount, refund.status))
    return found


class Shop:
    """The whole service on SQLite, with a clock set by hand and payments made through Stripe."""

    def __init__(self, folder: Path, base: str, webhook_secret: str | None = None) -> None:
        self.clock = SetClock(datetime.now(UTC).replace(microsecond=0))
        desk = open_desk(open_engine(f"sqlite:///{folder / 'shop.db'}"), CATALOGUE, [], self.clock)
        self.adapter = Stripe(API_KEY, api_base=base, webhook_secret=webhook_secret, timeout_seconds=TIMEOUT_SECONDS)
        self.desk = replace(desk, providers={**desk.providers, "stripe": self.adapter})

    def refund_all(self, payments: dict[str, int]) -> None:
        """Payments (reference -> cents) are told, each is asked back, and time goes on until nothing is due."""
        results = ingest(self.desk, [self._paid(reference, cents) for reference, cents in payments.items()])
        assert Counter(result.outcome.value for result in results) == {"applied": len(payments)}
        with self.desk.store.writing() as connection:
            asked = refunds.ask(self.desk, connection, [f"cert-{reference}" for reference in payments], "customer")
        assert all(one.accepted for one in asked)
        while (moment := next_due(self.desk)) is not None:
            sweep_until(self.desk, self.clock, max(moment, self.clock.now()))

    def _paid(self, reference: str, cents: int) -> Message:
        data = {
            "order_id": f"order-{reference}",
            "account_id": "account-1",
            "product": "ssl_certificate",
            "currency": "USD",
            "cash_paid": f"{cents // 100}.{cents % 100:02d}",
            "coupon_paid": "0.00",
            "payment": {"provider": "stripe", "reference": reference},
        }
        event = {"specversion": "1.0", "id": f"paid-{reference}", "source": "/shop", "type": "order.paid"}
        return Message(event | {"subject": f"cert-{reference}", "time": self.clock.now().isoformat(), "data": data})

    def statuses(self) -> Counter[str]:
        found = refunds.list_refunds(self.desk, Filter(), None, 10_000)
        return Counter(view.listed.refund.status.value for view in found)

    def calls(self) -> Counter[tuple[str, str | None]]:
        """Every call made, by kind and reply."""
        found = refunds.list_refunds(self.desk, Filter(), None, 10_000)
        ids = [view.listed.refund.id for view in found]
        with self.desk.store.reading() as connection:
            made = attempts.of_refunds(connection, ids)
        return Counter((one.kind, one.reply) for some in made.values() for one in some)
