"""How the amount of an answer was worked out, step by step, for people who want to check it."""

from dataclasses import dataclass
from fractions import Fraction

from workflows.amounts import consumption, payable
from workflows.eligibility import Answer
from workflows.resource import Payment


@dataclass(frozen=True, slots=True)
class Working:
    """The figures behind an amount, in minor units; `exact` is what it was before the cap and the rounding.

    `base_minor` is what was shared out: the fee, or the cash alone. Without a meter, or with nothing consumed, `used`
    and `total` are None: the cash is given back in full.
    """

    payment: Payment
    minor: int
    base_minor: int
    exact: Fraction
    used: int | None = None
    total: int | None = None

    @property
    def capped(self) -> bool:
        """Whether the cash that was paid is less than the formula gives."""
        return self.exact > self.payment.cash_minor

    @property
    def rounded(self) -> bool:
        return not self.capped and self.exact != self.minor


def working(found: Answer) -> Working | None:
    """The working of what following the answer would pay; None where the answer offers nothing."""
    case, way = found.case, found.way
    if way is None or found.amount is None:
        return None
    payment, units = case.resource.payment, consumption(case.product, case.resource)
    if not way.partial or units is None:
        return Working(payment, found.amount.minor, payment.cash_minor, Fraction(payment.cash_minor))
    proportional = case.rules.coupon_allocation == "proportional"
    base = payment.cash_minor if proportional else payment.fee_minor
    used, total = units
    exact = base - Fraction(base * used, total)
    return Working(payment, payable(case.product, case.resource, case.rules, way), base, exact, used, total)
