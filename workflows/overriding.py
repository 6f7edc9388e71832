"""An account manager's override: a refund although a rule says no.

It never goes past a second person, a reason, the limit of its currency or the cash that was paid, and stays visible as
what it is: a row of its own in history, with every rule that was overridden.
"""

from datetime import datetime

from workflows.conditions import Case
from workflows.decision import Decision, Entry, announced, record
from workflows.eligibility import Answer, answer
from workflows.machine import Engine
from workflows.money import format_amount
from workflows.refunding import refund_id
from workflows.resource import Refund, Resource, changes
from workflows.rules import Rules
from workflows.settling import review_due
from workflows.values import replace
from workflows.words import ORIGINAL_PAYMENT_METHOD, REFUND_OVERRIDE, REFUNDRY, Outcome, RefundStatus


class OverrideError(ValueError):
    """The override is not possible; the message says why, and what would be."""


def overridden(
    engine: Engine, case: Case, in_force: Rules, actor: str, reason: str, amount_minor: int, now: datetime
) -> Decision:
    """The refund of an amount, in minor units, asked for by an account manager; a second one reviews it.

    `in_force` are the rules of today, which limit overrides. Raises OverrideError where the resource's state does not
    allow it, no rule stands against an ordinary request, or the amount is beyond the limit or the cash paid.
    """
    resource, found = case.resource, answer(case)
    if found.accepted:
        raise OverrideError("no rule stands against this refund; ask for it as anybody would")
    _check_amount(resource, in_force, amount_minor)
    cursor = engine.fire(REFUND_OVERRIDE, resource, {})
    if cursor is None:
        raise OverrideError(f"{resource.id} is {resource.state}; from there no override is possible")
    refund = Refund(
        id=refund_id(resource.id, resource.seq + 1),
        status=RefundStatus.IN_REVIEW,
        amount_minor=amount_minor,
        destination=ORIGINAL_PAYMENT_METHOD,
        origin=resource.state,
        partial=False,
        requested_by=actor,
        requested_at=now,
        override=True,
    )
    asked = replace(resource, state=cursor.state, claimed_at=resource.claimed_at or now, refund=refund)
    entry = Entry(
        event=REFUND_OVERRIDE,
        occurred_at=now,
        recorded_at=now,
        actor=actor,
        source=REFUNDRY,
        event_id=f"{refund.id}:{REFUND_OVERRIDE}",
        data={"refund_id": refund.id, "reason": reason},
        definition=case.product.definition_hash,
    )
    after, row = record(resource, asked, entry, changes(resource, asked), found.reasons)
    following = review_due(after, now + case.rules.review_within)
    return Decision(Outcome.APPLIED, after, (row,), found.reasons, (announced(row, after), following))


def overridable(found: Answer, in_force: Rules) -> bool:
    """Whether an account manager could override what the answer says, for some amount."""
    case, payment = found.case, found.case.resource.payment
    leaves = any(
        arc.event == REFUND_OVERRIDE and case.resource.state in arc.sources for arc in case.product.refund_arcs
    )
    most = min(in_force.override_up_to.get(payment.currency, 0), payment.cash_minor)
    return leaves and most > 0 and not found.accepted


def _check_amount(resource: Resource, in_force: Rules, amount_minor: int) -> None:
    currency, cash = resource.payment.currency, resource.payment.cash_minor
    limit = in_force.override_up_to.get(currency)
    if limit is None:
        raise OverrideError(f"the rules in force set no limit for overrides in {currency}, so there are none")
    most = min(limit, cash)
    if not 0 < amount_minor <= most:
        told, allowed = format_amount(amount_minor, currency), format_amount(most, currency)
        raise OverrideError(
            f"{told} {currency} is not possible; it must be above zero and at most {allowed} {currency}"
        )
