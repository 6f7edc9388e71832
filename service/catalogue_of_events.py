"""Everything subscribers can be told: each type with what it means and an example, from the definitions that run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from workflows import words
from workflows.catalogue import Catalogue
from workflows.definition import Product

#: What Refundry says beside the products' use events, in the order of a resource's life.
OWN_WORDS: Final[dict[str, str]] = {
    words.ORDER_PAID: "A resource was paid for: it is known from now on, and its window is open.",
    words.REFUND_REQUESTED: "A refund was asked for and accepted; money moves now, or after review.",
    words.REFUND_OVERRIDE: "An account manager asked for a refund that the rules refused; a second person decides.",
    words.REFUND_APPROVED: "A second person approved the refund.",
    words.REFUND_DECLINED: "The refund was declined, by a person or because nothing was left; the resource goes back.",
    words.REFUND_SENT: "The payout was sent to the payment provider, for the first time or again.",
    words.REFUND_IN_DOUBT: "The provider's reply was lost; it is asked what happened, and nothing is paid again.",
    words.REFUND_REDIRECTED: "The money goes to the account balance: the original payment method is gone for good.",
    words.REFUND_SUCCEEDED: "The money went out; the resource is refunded.",
    words.REFUND_FAILED: "The provider refused for good; the resource goes back and can be asked for again.",
    words.REFUND_REVERSED: "The provider took the money back later; it goes to the account balance.",
    words.REVIEW_OVERDUE: "A reminder, day by day: the refund still waits for a second person.",
    words.WINDOW_CLOSING: "A reminder: the window is about to close, and a refund is still possible.",
    words.WINDOW_EXPIRED: "The window closed without a claim; recorded once late arrivals are out of the question.",
    words.DEFINITION_MIGRATED: "A new definition dropped the resource's state; it goes on in the one that it names.",
}
_MOVES: Final[dict[str, tuple[str | None, str]]] = {
    words.ORDER_PAID: (None, words.PENDING),
    words.REFUND_REQUESTED: (words.PENDING, words.REFUNDING),
    words.REFUND_OVERRIDE: (words.ISSUED, words.REFUNDING),
    words.REFUND_SUCCEEDED: (words.REFUNDING, words.REFUNDED),
    words.REFUND_DECLINED: (words.REFUNDING, words.ISSUED),
    words.REFUND_FAILED: (words.REFUNDING, words.PENDING),
    words.REFUND_REVERSED: (words.REFUNDED, words.REFUNDED),
    words.WINDOW_EXPIRED: (words.ISSUED, words.ISSUED),
    words.DEFINITION_MIGRATED: (words.VALIDATION_FAILED, words.PENDING),
}
_REMINDERS: Final[dict[str, dict[str, Any]]] = {
    words.WINDOW_CLOSING: {
        "state": words.ISSUED,
        "availability": words.Availability.ACTION_REQUIRED.value,
        "deadline_at": "2026-03-09T00:00:00Z",
    },
    words.REVIEW_OVERDUE: {"refund_id": "rf_0123456789abcdef01234567", "requested_at": "2026-03-01T09:00:00Z"},
}
_EXAMPLE_TIME: Final = "2026-03-02T09:00:00Z"


@dataclass(frozen=True, slots=True)
class Told:
    """One type of event: what it means, whose it is (None: every product's), and the data of one that could be told."""

    type: str
    summary: str
    product: str | None
    data: dict[str, Any]

    @property
    def example(self) -> dict[str, Any]:
        """A whole body, as it is posted."""
        return {"type": self.type, "timestamp": _EXAMPLE_TIME, "data": self.data}


def everything_told(catalogue: Catalogue) -> Iterator[Told]:
    """Every type that subscribers can be told, Refundry's own words first, then product by product."""
    for type_, summary in OWN_WORDS.items():
        yield Told(type_, summary, None, _own_example(type_))
    for product in catalogue:
        for type_ in dict.fromkeys(arc.event for arc in product.arcs):
            yield _of_product(product, type_)


def types_told(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(told.type for told in everything_told(catalogue))


def _of_product(product: Product, type_: str) -> Told:
    arcs = [arc for arc in product.arcs if arc.event == type_]
    ways = "; ".join(f"{', '.join(arc.sources)} → {arc.target}" for arc in arcs)
    data = _transition(product.key, arcs[0].sources[0], arcs[0].target)
    return Told(type_, f"{product.title}: {ways}.", product.key, data)


def _own_example(type_: str) -> dict[str, Any]:
    product = "ssl_certificate"
    if type_ in _REMINDERS:
        return _subject(product) | _REMINDERS[type_]
    before, after = _MOVES.get(type_, (words.REFUNDING, words.REFUNDING))
    return _transition(product, before, after)


def _transition(product: str, before: str | None, after: str) -> dict[str, Any]:
    return _subject(product) | {"from": before, "to": after, "seq": 1 if before is None else 2}


def _subject(product: str) -> dict[str, Any]:
    return {"resource_id": "r-1001", "product": product, "order_id": "order-1001", "account_id": "acct-7"}
