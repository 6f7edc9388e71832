"""How much a refund pays back, in whole minor units; nothing here ever rounds up.

Published rules: only what was paid in cash is refunded, never coupons; a gateway pays back its fee less the fee of
what was consumed, fee - fee x consumed / quota.
"""

from workflows.definition import Product, Refundable
from workflows.resource import Resource
from workflows.rules import Rules


def consumption(product: Product, resource: Resource) -> tuple[int, int] | None:
    """Units consumed and units bought; None for a product without a meter."""
    if product.meter is None:
        return None
    return resource.facts.get(product.meter.used, 0), resource.facts[product.meter.total]


def payable(product: Product, resource: Resource, rules: Rules, way: Refundable) -> int:
    """What a refund from this state pays, in minor units of the payment's currency, rounded down."""
    payment = resource.payment
    if not way.partial:
        return payment.cash_minor
    used, total = consumption(product, resource) or (0, 1)
    left = max(total - used, 0)
    if rules.coupon_allocation == "proportional":
        return payment.cash_minor * left // total
    return min(payment.fee_minor * left // total, payment.cash_minor)
