"""What goes wrong on the way to us: events that nobody can use, and events of resources that nobody paid for."""

from typing import Any, Final

from entrypoints.demo.purchases import Purchase
from workflows.words import ORDER_PAID, REFUND_REQUESTED

#: All that this system tells is unusable, and everything unusable is told by it.
MISTAKEN_SOURCE: Final = "/legacy-import"
FAR_AHEAD_DAYS: Final = 3650
#: How many days ago the certificate authority told of certificates whose payment never came: the first are dead
#: letters by now, the others are still parked.
STRAYS_TOLD_AGO: Final = (8.0, 6.0, 4.2, 3.0, 1.5, 0.8, 0.5, 0.2)


def mistakes(paid: Purchase) -> list[dict[str, Any]]:
    """Unusable events, without id and time; those that need a known resource speak of the one that was paid."""
    order, known = paid.order, paid.resource_id
    return [
        {"type": ORDER_PAID, "subject": "cert-1", "data": order | {"cash_paid": "12,50"}},
        {"type": ORDER_PAID, "subject": "cert-2", "data": order | {"currency": "EURO"}},
        {"type": ORDER_PAID, "subject": "cert-3", "data": order | {"product": "email_certificate"}},
        {"type": ORDER_PAID, "subject": known, "data": order | {"order_id": "order-1"}},
        {"type": REFUND_REQUESTED, "subject": "cert-unheard-of", "data": {}},
        {"type": "refund.succeeded", "subject": known, "data": {}},
        {"type": "certificate.renewed", "subject": known, "data": {}},
        {"type": "gateway.quota_consumed", "subject": "gateway-1", "data": {"units": 0}},
        {"type": "certificate.issued", "data": {}},
    ]
