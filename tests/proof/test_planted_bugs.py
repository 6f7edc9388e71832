"""Mistakes put into the machines and into the code that decides: the proof finds each, by the property it breaks."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import workflows
from service.standard_rules import STANDARD_RULES
from tests.proof.payments import proof_of
from workflows.definition import Arc, Change, Guard, Product, Refundable
from workflows.products.https_acceleration_gateway import HTTPS_ACCELERATION_GATEWAY as GATEWAY
from workflows.products.https_acceleration_gateway import METER
from workflows.products.message_notification import MESSAGE_NOTIFICATION
from workflows.products.private_ca import DELETION_CONFIRMED, PRIVATE_CA
from workflows.products.ssl_certificate import SSL_CERTIFICATE
from workflows.validation import DefinitionError, check_product
from workflows.words import CUSTOMER, ISSUED, PENDING, RESET, REVOKED, REVOKING, VERIFYING


def rearranged(product: Product, event: str, change: Callable[[Arc], Arc]) -> Product:
    assert event in product.use_events
    return replace(product, arcs=tuple(change(arc) if arc.event == event else arc for arc in product.arcs))


def without(product: Product, event: str) -> Product:
    assert event in product.use_events
    return replace(product, arcs=tuple(arc for arc in product.arcs if arc.event != event))


def unbound(product: Product, state: str) -> Product:
    ways = tuple(Refundable(way.state) if way.state == state else way for way in product.refundable)
    assert ways != product.refundable
    return replace(product, refundable=ways)


TURNED_ROUND = Guard(
    DELETION_CONFIRMED.name,
    DELETION_CONFIRMED.code,
    lambda resource, data: not DELETION_CONFIRMED.holds(resource, data),
)
ONLY_THE_LAST_UNITS = Change("keep the units", lambda _facts, data: {METER.used: data["units"]})
#: Definitions with one mistake each that is not seen when they are built, and the property that it breaks.
DEFINITIONS: dict[str, tuple[Product, str]] = {
    "a guard turned round": (
        rearranged(PRIVATE_CA, "ca.reset", lambda arc: replace(arc, guards=(TURNED_ROUND,))),
        "guards",
    ),
    "a guard lost": (rearranged(GATEWAY, "gateway.reset", lambda arc: replace(arc, guards=())), "guards"),
    "refunded while in use": (
        replace(MESSAGE_NOTIFICATION, refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED))),
        "nothing_in_use",
    ),
    "a certificate refunded while it is revoked": (
        replace(SSL_CERTIFICATE, refundable=(*SSL_CERTIFICATE.refundable, Refundable(REVOKING))),
        "published_ways",
    ),
    "a revocation no deadline binds": (unbound(SSL_CERTIFICATE, REVOKED), "remedied_in_time"),
    "a reset no deadline binds": (unbound(PRIVATE_CA, RESET), "remedied_in_time"),
    "a step of the remedy lost": (
        rearranged(SSL_CERTIFICATE, "certificate.revocation_requested", lambda arc: replace(arc, step=None)),
        "remedy_named",
    ),
    "an arc lost": (
        rearranged(
            SSL_CERTIFICATE, "certificate.application_cancelled", lambda arc: replace(arc, sources=(VERIFYING,))
        ),
        "remedy_named",
    ),
    "a way lost": (
        replace(GATEWAY, refundable=(Refundable(PENDING), Refundable(RESET, by_deadline=True))),
        "ways_taken",
    ),
    "the bar of combined certificates lost": (replace(SSL_CERTIFICATE, bars=()), "excluded"),
    "units replaced instead of added": (
        rearranged(GATEWAY, "gateway.quota_consumed", lambda arc: replace(arc, change=ONLY_THE_LAST_UNITS)),
        "metered",
    ),
    "consumption refunded in full": (
        replace(GATEWAY, refundable=(*GATEWAY.refundable[:2], Refundable(ISSUED))),
        "nothing_in_use",
    ),
}
#: Definitions that are refused when they are built; made all the same, the proof finds them too.
BUILT_ALL_THE_SAME: dict[str, tuple[Product, str]] = {
    "two arcs for one event": (
        replace(PRIVATE_CA, arcs=(*PRIVATE_CA.arcs, replace(PRIVATE_CA.arcs[0], sources=(PENDING,)))),
        "one_arc",
    ),
    "a state without an exit": (
        replace(
            MESSAGE_NOTIFICATION,
            arcs=(*MESSAGE_NOTIFICATION.arcs, Arc("notification.lost", (ISSUED,), VERIFYING, CUSTOMER)),
        ),
        "no_dead_end",
    ),
    "a refundable state nothing leads to": (without(PRIVATE_CA, "ca.reset"), "ways_taken"),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_mistaken_definition_is_found(name: str) -> None:
    product, broken = DEFINITIONS[name]
    check_product(product)
    found = {one.about.key: one.violation for one in proof_of(product).findings if one.violation is not None}
    assert broken in found
    assert found[broken].lines or broken == "ways_taken"


@pytest.mark.parametrize("name", BUILT_ALL_THE_SAME)
def test_what_is_refused_when_it_is_built_is_found_as_well(name: str) -> None:
    product, broken = BUILT_ALL_THE_SAME[name]
    with pytest.raises(DefinitionError):
        check_product(product)
    assert broken in proof_of(product).violated


@dataclass(frozen=True)
class Slip:
    """A slip of the pen in the deciding code: the text that is there once, what it becomes, and what must find it."""

    file: str
    text: str
    slip: str
    broken: str
    product: str = "message_notification"
    payment: str = "paid in cash"
    waiting: bool = False


PARTLY = "paid in part with a coupon"
SLIPS = {
    "the deadline is still in time": Slip(
        "conditions.py", "if case.at >= resource.deadline_at:", "if case.at > resource.deadline_at:", "asked_in_time"
    ),
    "the remedy's deadline is still in time": Slip(
        "conditions.py",
        "remedied_at is None or remedied_at < case.resource",
        "remedied_at is None or remedied_at <= case.resource",
        "remedied_in_time",
        "private_ca",
    ),
    "the window is a day short": Slip(
        "window.py", "paid_on + timedelta(days=self.days)", "paid_on + timedelta(days=self.days - 1)", "deadline"
    ),
    "the grace never ends": Slip(
        "eligibility.py", "and arrived_at >= late_until", "and arrived_at > late_until", "asked_in_time"
    ),
    "there is no grace": Slip(
        "eligibility.py", "and arrived_at >= late_until", "and arrived_at >= deadline_at", "grace"
    ),
    "the cap at the cash is lost": Slip(
        "amounts.py",
        "return min(payment.fee_minor * left // total, payment.cash_minor)",
        "return payment.fee_minor * left // total",
        "cash_only",
        "https_acceleration_gateway",
        "the smallest amount of cash beside a coupon",
    ),
    "amounts are rounded up": Slip(
        "amounts.py",
        "return min(payment.fee_minor * left // total, payment.cash_minor)",
        "return min(-(-payment.fee_minor * left // total), payment.cash_minor)",
        "amount",
        "https_acceleration_gateway",
        PARTLY,
    ),
    "coupons are paid back": Slip(
        "amounts.py",
        "        return payment.cash_minor\n",
        "        return payment.fee_minor\n",
        "cash_only",
        payment=PARTLY,
    ),
    "promotions exclude nothing": Slip(
        "conditions.py",
        "if terms is None or terms.refundable:",
        "if terms is None or True:",
        "excluded",
        payment="promotion flash_sale",
    ),
    "a failure gives the claim back": Slip(
        "settling.py", "claim = None if event == REFUND_DECLINED else", "claim = None if event else", "claim"
    ),
    "whoever asked decides": Slip(
        "review.py",
        "if actor == refund.requested_by:",
        "if not actor:",
        "second_person",
        payment="promotion unheard_of",
    ),
    "waiting events hold nothing up": Slip(
        "conditions.py",
        "    if case.unresolved:\n",
        "    if case.unresolved > 1:\n",
        "person_decides",
        "private_ca",
        waiting=True,
    ),
    "the limit is above itself": Slip(
        "conditions.py",
        "amount <= limit:",
        "amount < limit:",
        "person_decides",
        payment="at the limit for review in USD",
    ),
    "a review is paid before it ends": Slip(
        "refunding.py",
        "review_due(after, now + case.rules.review_within) if reviewed else payout(after, now)",
        "payout(after, now)",
        "sent_when_decided",
        payment="promotion unheard_of",
    ),
    "a claimed window ends": Slip(
        "lapse.py",
        "resource.expired or resource.claimed_at is not None else",
        "resource.expired else",
        "expiry",
    ),
    "the reasons stand backwards": Slip(
        "reasons.py",
        "key=lambda reason: reason.code.rank))",
        "key=lambda reason: -reason.code.rank))",
        "answer_reasoned",
        "private_ca",
        "promotion unheard_of",
    ),
    "the remedy stands backwards": Slip(
        "remedy.py",
        "return (*steps, _published(",
        "return (*steps[::-1], _published(",
        "answer_kept",
        "ssl_certificate",
    ),
    "an answer with steps keeps a review to itself": Slip(
        "eligibility.py",
        "asked_of_people = reviews(path.end, way)",
        "asked_of_people = [] if path.arcs else reviews(path.end, way)",
        "answer_kept",
        "private_ca",
        "promotion unheard_of",
    ),
    "the history forgets when it was reset": Slip(
        "resource.py", 'CHANGING = ("facts", "remedied_at", ', 'CHANGING = ("facts", ', "history", "private_ca"
    ),
    "a refund in doubt begins anew": Slip(
        "refund_machine.py",
        "Arc(REFUND_IN_DOUBT, (_PROCESSING,), _IN_DOUBT, REFUNDRY)",
        "Arc(REFUND_IN_DOUBT, (_PROCESSING,), RefundStatus.FAILED, REFUNDRY)",
        "agreement",
    ),
}
EXCLUDING = STANDARD_RULES + "[promotions.flash_sale]\nrefundable = false\n"


def child(folder: Path, product: str, payment: str, *, waiting: bool = False) -> Any:
    """What the `workflows` in a folder violate, by property, with each counter-example."""
    asked = {"rules": EXCLUDING, "product": product, "payment": payment, "waiting": waiting}
    answer = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "child.py")],
        input=json.dumps(asked),
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the deciding code."""
    source = Path(str(workflows.__file__)).parent
    shutil.copytree(source, tmp_path / "workflows", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_an_unchanged_copy_holds(copied: Path) -> None:
    for product, payment in (("private_ca", "paid in cash"), ("message_notification", "promotion unheard_of")):
        assert not child(copied, product, payment, waiting=True)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_the_deciding_code_is_found(name: str, copied: Path) -> None:
    slip = SLIPS[name]
    place = copied / "workflows" / slip.file
    written = place.read_text(encoding="utf-8")
    assert written.count(slip.text) == 1
    place.write_text(written.replace(slip.text, slip.slip), encoding="utf-8")
    found = child(copied, slip.product, slip.payment, waiting=slip.waiting)
    assert slip.broken in found, f"violated: {', '.join(found)}"
    assert found[slip.broken]["steps"]
    assert "stateDiagram-v2" in found[slip.broken]["mermaid"]
