"""The payment that starts a resource: what `order.paid` must say, and the resource it makes."""

from datetime import datetime
from typing import Any, Final

from workflows.catalogue import Catalogue
from workflows.fields import BadDataError, Data, Field, check_data, text
from workflows.money import exponent, parse_amount
from workflows.resource import Payment, Resource
from workflows.rules import RuleBook, Rules
from workflows.values import replace
from workflows.words import PENDING

PAYMENT_MEMBERS: Final = (text("provider", longest=64), text("reference"))
ORDER_MEMBERS: Final = (
    text("order_id"),
    text("account_id"),
    text("product"),
    text("currency"),
    Field("cash_paid", 'an amount as a string of plain digits, such as "1.60"', lambda value: isinstance(value, str)),
    Field("coupon_paid", 'an amount as a string of plain digits, such as "0.00"', lambda value: isinstance(value, str)),
    Field("payment", "an object with provider and reference", lambda value: isinstance(value, dict)),
    text("promotion", required=False, longest=128),
)


def check_payment(data: Data, catalogue: Catalogue) -> Data:
    """The payment's data, checked. Raises BadDataError naming the member that is missing or does not fit."""
    told = {name: value for name, value in data.items() if not (name == "promotion" and value is None)}
    checked = check_data(ORDER_MEMBERS, told)
    check_data(PAYMENT_MEMBERS, checked["payment"], "data.payment")
    if checked["product"] not in catalogue:
        raise BadDataError(f"data.product is {checked['product']!r}; it must be one of {', '.join(catalogue.keys)}")
    try:
        exponent(checked["currency"])
    except ValueError as error:
        raise BadDataError(f"data.currency: {error}") from None
    for name in ("cash_paid", "coupon_paid"):
        try:
            parse_amount(checked[name], checked["currency"])
        except ValueError as error:
            raise BadDataError(f"data.{name}: {error}") from None
    return check_data(catalogue.product(checked["product"]).payment_fields, checked)


def purchased(subject: str, paid_at: datetime, data: Data, catalogue: Catalogue, rulebook: RuleBook) -> Resource:
    """The resource that a checked payment makes, with the rules in force at its time pinned to it."""
    payment = _payment(paid_at, data)
    rules, deadline_at = _terms(payment, rulebook)
    facts = {item.name: data[item.name] for item in catalogue.product(payment.product).payment_fields}
    return Resource(
        id=subject,
        payment=payment,
        rules_version=rules.version,
        deadline_at=deadline_at,
        late_until=deadline_at + rules.late_arrival,
        state=PENDING,
        entered_at=paid_at,
        facts=facts,
    )


def repinned(resource: Resource, rulebook: RuleBook, **more: Any) -> Resource:
    """The resource with the rules pinned to it that these versions have in force at its payment, and `more` changed."""
    rules, deadline_at = _terms(resource.payment, rulebook)
    late_until = deadline_at + rules.late_arrival
    return replace(resource, rules_version=rules.version, deadline_at=deadline_at, late_until=late_until, **more)


def _terms(payment: Payment, rulebook: RuleBook) -> tuple[Rules, datetime]:
    rules = rulebook.in_force(payment.paid_at)
    return rules, rules.window_for(payment.promotion).deadline_after(payment.paid_at)


def _payment(paid_at: datetime, data: Data) -> Payment:
    currency = data["currency"]
    return Payment(
        product=data["product"],
        order_id=data["order_id"],
        account_id=data["account_id"],
        currency=currency,
        cash_minor=parse_amount(data["cash_paid"], currency),
        coupon_minor=parse_amount(data["coupon_paid"], currency),
        provider=data["payment"]["provider"],
        reference=data["payment"]["reference"],
        promotion=data.get("promotion"),
        paid_at=paid_at,
    )
