"""The refund rules, each a function that speaks or keeps silent; every one is asked, not only the first."""

from collections.abc import Iterator
from datetime import datetime

from workflows import reasons
from workflows.amounts import consumption, payable
from workflows.definition import Product, Refundable
from workflows.instants import instant_text
from workflows.money import format_amount
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.rules import Rules
from workflows.values import Value


class Case(Value, frozen=True):
    """A resource, its terms and the moment it is judged at.

    `unresolved` counts its events that nobody has resolved. `arrived_at` is set for a request that was told too late
    to count by its own time: then the window is not asked, the arrival is the objection.
    """

    product: Product
    resource: Resource
    rules: Rules
    at: datetime
    unresolved: int = 0
    arrived_at: datetime | None = None


def way_out(case: Case) -> Refundable | None:
    """The way in which the present state is refundable, looking at the meter but at no rule; None where it is not."""
    used_up = consumption(case.product, case.resource)
    for way in case.product.ways_from(case.resource.state):
        if not way.partial or (used_up is not None and 0 < used_up[0] < used_up[1]):
            return way
    return None


def exhausted(case: Case) -> bool:
    units = consumption(case.product, case.resource)
    return units is not None and units[0] >= units[1]


def blocks(case: Case) -> list[Reason]:
    """Every rule that rules a refund out, whatever steps may be missing."""
    return [reason for reason in _blocks(case) if reason is not None]


def _blocks(case: Case) -> Iterator[Reason | None]:
    yield _window(case)
    yield _remedied_late(case)
    yield _promotion_excluded(case)
    for bar in case.product.bars:
        if bar.speaks(case.resource):
            yield Reason(bar.code, {"state": case.resource.state})
    yield from nothing_payable(case)


def _window(case: Case) -> Reason | None:
    resource = case.resource
    if resource.claimed_at is not None:
        return None
    if case.arrived_at is not None:
        facts = {"arrived_at": instant_text(case.arrived_at), "accepted_until": instant_text(resource.late_until)}
        return Reason(reasons.ARRIVED_TOO_LATE, facts)
    if case.at >= resource.deadline_at:
        return Reason(reasons.WINDOW_CLOSED, {"deadline_at": instant_text(resource.deadline_at)})
    return None


def _remedied_late(case: Case) -> Reason | None:
    remedied_at = case.resource.remedied_at
    if remedied_at is None or remedied_at < case.resource.deadline_at:
        return None
    return remedy_too_late(case, remedied_at)


def remedy_too_late(case: Case, remedied_at: datetime | None = None) -> Reason:
    facts = {"deadline_at": instant_text(case.resource.deadline_at)}
    if remedied_at is not None:
        facts["remedied_at"] = instant_text(remedied_at)
    return Reason(reasons.REMEDY_TOO_LATE, facts)


def _promotion_excluded(case: Case) -> Reason | None:
    code = case.resource.payment.promotion
    terms = case.rules.promotions.get(code) if code else None
    if terms is None or terms.refundable:
        return None
    return Reason(reasons.PROMOTION_EXCLUDED, {"promotion": code})


def nothing_payable(case: Case) -> Iterator[Reason]:
    """The rules that speak because no money would come of it."""
    payment, units = case.resource.payment, consumption(case.product, case.resource)
    if units is not None and units[0] >= units[1]:
        yield Reason(reasons.QUOTA_EXHAUSTED, {"used": units[0], "total": units[1]})
    if payment.cash_minor == 0:
        yield Reason(
            reasons.NOTHING_PAID_IN_CASH, {"coupon_paid": format_amount(payment.coupon_minor, payment.currency)}
        )
    elif units is not None and units[0] < units[1]:
        way = way_out(case)
        if way is not None and payable(case.product, case.resource, case.rules, way) == 0:
            facts = {"remaining": units[1] - units[0], "total": units[1], "currency": payment.currency}
            yield Reason(reasons.NOTHING_TO_REFUND, facts)


def reviews(case: Case, way: Refundable) -> list[Reason]:
    """Every rule that leaves the decision to a person, for a refund in this way."""
    return [reason for reason in _reviews(case, way) if reason is not None]


def _reviews(case: Case, way: Refundable) -> Iterator[Reason | None]:
    yield _consumed(case, way)
    yield _promotion_unknown(case)
    yield _above_limit(case, way)
    if case.unresolved:
        yield Reason(reasons.EVENTS_UNRESOLVED, {"count": case.unresolved})


def _consumed(case: Case, way: Refundable) -> Reason | None:
    units = consumption(case.product, case.resource)
    if not way.partial or units is None:
        return None
    return Reason(reasons.QUOTA_CONSUMED, {"used": units[0], "total": units[1]})


def _promotion_unknown(case: Case) -> Reason | None:
    code = case.resource.payment.promotion
    if code is None or code in case.rules.promotions:
        return None
    return Reason(reasons.PROMOTION_UNKNOWN, {"promotion": code})


def _above_limit(case: Case, way: Refundable) -> Reason | None:
    currency = case.resource.payment.currency
    limit = case.rules.review_above.get(currency)
    amount = payable(case.product, case.resource, case.rules, way)
    if limit is None or amount <= limit:
        return None
    facts = {"amount": format_amount(amount, currency), "limit": format_amount(limit, currency), "currency": currency}
    return Reason(reasons.ABOVE_REVIEW_LIMIT, facts)
