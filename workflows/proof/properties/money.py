"""How much leaves, and how often."""

from fractions import Fraction
from math import floor
from typing import Final

from workflows.proof.promises import promise_of
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import GENERAL, OfStep, Property
from workflows.proof.situations import SETTLED, noted
from workflows.proof.starts import Start
from workflows.proof.steps import Step
from workflows.resource import Refund
from workflows.words import REFUND_SUCCEEDED


def _paid_once(step: Step) -> str | None:
    paid = sum(row.event == REFUND_SUCCEEDED for row in step.rows)
    if step.notes.successes + paid > 1:
        return f"the resource was paid back {step.notes.successes + paid} times"
    return None


def _cash_only(step: Step) -> str | None:
    refund, cash = step.after.refund, step.start.cash_minor
    if refund is not None and step.event == REFUND_SUCCEEDED and step.notes.out_minor + refund.amount_minor > cash:
        return f"{step.notes.out_minor + refund.amount_minor} minor units went out; {cash} were paid in cash"
    if refund is not None and refund.amount_minor > cash:
        return f"a refund is for {refund.amount_minor} minor units; {cash} were paid in cash"
    return None


def _amount(step: Step) -> str | None:
    refund = step.after.refund
    if refund is None or refund.override or (refund is step.before.refund and refund.status in SETTLED):
        return None
    right = _worth(step, refund)
    if refund.amount_minor == right:
        return None
    return f"the refund is for {refund.amount_minor} minor units; by the published formula it is {right}"


def _worth(step: Step, refund: Refund) -> int:
    start = step.start
    if not refund.partial:
        return start.cash_minor
    units = start.units or 1
    consumed = consumed_after(step)
    share = Fraction(max(units - consumed, 0), units)
    if start.rules.coupon_allocation == "proportional":
        return floor(start.cash_minor * share)
    return min(floor(start.fee_minor * share), start.cash_minor)


def consumed_after(step: Step) -> int:
    """Units consumed, with those of this very step; from the notes where the meter is a published one."""
    meter = step.start.product.meter
    if meter is None:
        return 0
    return noted(step.notes, step).consumed if _published(step.start) else step.after.facts.get(meter.used, 0)


def _published(start: Start) -> bool:
    return bool(promise_of(start.product.key).metering)


def _metered(step: Step) -> str | None:
    meter = step.start.product.meter
    if meter is None or not _published(step.start):
        return None
    told, kept = consumed_after(step), step.after.facts.get(meter.used, 0)
    return None if told == kept else f"{told} units were told as consumed, and {kept} are kept"


def _override(step: Step) -> str | None:
    refund, start = step.after.refund, step.start
    limit = start.rules.override_up_to.get(start.currency)
    if refund is None or limit is None:
        return "an override was taken without a limit in the rules"
    if not 0 < refund.amount_minor <= min(limit, start.cash_minor):
        return (
            f"an override is for {refund.amount_minor} minor units; the limit is {limit}, the cash {start.cash_minor}"
        )
    return None


MONEY: Final[tuple[Property, ...]] = (
    OfStep("paid_once", "No resource is paid back twice.", None, concerns.changes_of_refunds, _paid_once),
    OfStep(
        "cash_only",
        "Never more leaves, nor is meant to, than was paid in cash; coupons are never paid back.",
        f"{GENERAL}: only the actual cash payment is refunded",
        concerns.changes_of_refunds,
        _cash_only,
    ),
    OfStep(
        "amount",
        "A refund is for all the cash, or of a meter for what the rules' formula leaves, rounded down.",
        "HTTPS Acceleration Gateway: refund amount = instance fee - consumed fee",
        concerns.applied,
        _amount,
    ),
    OfStep(
        "metered", "What is told as consumed is what is kept as consumed.", None, concerns.use_events_applied, _metered
    ),
    OfStep(
        "override_limit",
        "An override never goes beyond the limit of its currency or the cash that was paid.",
        None,
        concerns.overrides_taken,
        _override,
    ),
)
