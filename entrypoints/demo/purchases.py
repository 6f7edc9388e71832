"""Who buys what: the stories of a demonstration cast into orders, with accounts, currencies and prices."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any, Final

from entrypoints.demo.diary import Coupon, Price, Story, hours
from workflows.money import exponent, format_amount

#: How much of the business each product makes up, in parts of 100.
PRODUCT_SHARES: Final = {
    "ssl_certificate": 36,
    "https_acceleration_gateway": 18,
    "private_ca": 8,
    "message_notification": 11,
    "domain_monitoring": 8,
    "certificate_repository": 8,
    "cloud_deployment": 11,
}
ID_PREFIXES: Final = {
    "ssl_certificate": "cert",
    "https_acceleration_gateway": "gateway",
    "private_ca": "ca",
    "message_notification": "notify",
    "domain_monitoring": "monitor",
    "certificate_repository": "repo",
    "cloud_deployment": "deploy",
}
#: List prices in US cents; a gateway's stand beside the units of quota they buy.
PRICES: Final = {
    "ssl_certificate": (6_800, 12_800, 24_900, 39_900),
    "private_ca": (19_900, 29_900, 48_000),
    "message_notification": (500, 1_500, 4_900),
    "domain_monitoring": (900, 2_900, 9_900),
    "certificate_repository": (1_200, 4_500, 18_000),
    "cloud_deployment": (300, 1_990, 8_800),
}
GATEWAY_PRICES: Final = ((160, 300), (3_900, 10_000), (29_000, 100_000))
LARGE_PRICES: Final = (62_000, 88_000, 129_000, 240_000)
TINY_PRICE: Final = (60, 100)
#: What a US dollar is in each currency, and how often it is paid with.
CURRENCIES: Final = {
    "USD": (1.0, 40),
    "EUR": (0.88, 24),
    "CNY": (7.2, 14),
    "JPY": (150.0, 10),
    "GBP": (0.78, 6),
    "KWD": (0.31, 4),
    "BRL": (5.5, 2),
}
LIMITED_CURRENCIES: Final = ("USD", "EUR", "JPY")
#: What the sandbox does with a payout is told by the payment's reference; nearly all simply succeed.
REFERENCES: Final = {
    "sandbox_ok": 940,
    "sandbox_method_gone": 15,
    "sandbox_lost_reply": 10,
    "sandbox_pending_1d": 15,
    "sandbox_fails": 10,
    "sandbox_down_2h": 5,
    "sandbox_reversed_1d": 5,
}
ITEMS_IN_AN_ORDER: Final = {1: 60, 2: 22, 3: 12, 5: 6}
CUSTOMERS_PER_ORDER: Final = 0.3
COUPON_CHANCE: Final = 0.12


@dataclass(frozen=True, slots=True)
class Purchase:
    """One resource bought: which story it lives, who pays for it, and how long before the moment it was paid."""

    resource_id: str
    story: Story
    account: str
    quota: int
    paid_ago: timedelta
    order: dict[str, Any]

    @property
    def told_after(self) -> timedelta:
        """How long after the payment we are told of it."""
        return hours(self.story.terms.told_late_hours)


def purchases(stories: Sequence[Story], size: int, chance: Random) -> list[Purchase]:
    """At least `size` purchases, the longest ago first. Every story is lived at least once, however small the size."""
    orders = [(_paid_ago(items[0], chance), items) for items in _orders(_cast(stories, size), chance)]
    orders.sort(key=lambda order: order[0], reverse=True)
    made: list[Purchase] = []
    for number, (paid_ago, items) in enumerate(orders):
        account = f"acct-{1000 + chance.randrange(1 + int(len(orders) * CUSTOMERS_PER_ORDER))}"
        currency = _currency(items, chance)
        for story in items:
            made.append(_purchase(len(made), f"order-{20_000 + number}", story, account, currency, paid_ago, chance))
    return made


def _cast(stories: Sequence[Story], size: int) -> list[Story]:
    """Each story as often as its share of its product's share asks for."""
    cast: list[Story] = []
    whole = sum(PRODUCT_SHARES.values())
    for product, share in PRODUCT_SHARES.items():
        own = [story for story in stories if story.product == product]
        weight = sum(story.share for story in own)
        for story in own:
            cast += [story] * max(1, round(size * share / whole * story.share / weight))
    return cast


def _orders(cast: list[Story], chance: Random) -> Iterator[list[Story]]:
    """The stories in orders of one or several; what is bought together is paid at one moment in one currency."""
    together: dict[Any, list[Story]] = defaultdict(list)
    for story in cast:
        together[story.paid, story.terms.price].append(story)
    for stories in together.values():
        chance.shuffle(stories)
        rest = iter(stories)
        while some := list(islice(rest, _drawn(ITEMS_IN_AN_ORDER, chance))):
            yield some


def _paid_ago(story: Story, chance: Random) -> timedelta:
    return hours(chance.uniform(*story.paid) * 24)


def _currency(items: Sequence[Story], chance: Random) -> str:
    if any(story.terms.price is Price.TINY for story in items):
        return "JPY"
    if any(story.terms.price is Price.LARGE for story in items):
        return chance.choice(LIMITED_CURRENCIES)
    currency: str = _drawn({code: often for code, (_, often) in CURRENCIES.items()}, chance)
    return currency


def _purchase(
    number: int, order_id: str, story: Story, account: str, currency: str, paid_ago: timedelta, chance: Random
) -> Purchase:
    cents, quota = _price(story, chance)
    minor = max(1, round(cents / 100 * CURRENCIES[currency][0] * 10 ** exponent(currency)))
    coupon = _coupon(story.terms.coupon, minor, chance)
    order: dict[str, Any] = {
        "order_id": order_id,
        "account_id": account,
        "product": story.product,
        "currency": currency,
        "cash_paid": format_amount(minor - coupon, currency),
        "coupon_paid": format_amount(coupon, currency),
        "payment": {"provider": "sandbox", "reference": _drawn(REFERENCES, chance)},
    }
    if story.terms.promotion is not None:
        order["promotion"] = story.terms.promotion
    if quota:
        order["quota_units"] = quota
    return Purchase(f"{ID_PREFIXES[story.product]}-{10_000 + number}", story, account, quota, paid_ago, order)


def _price(story: Story, chance: Random) -> tuple[int, int]:
    """US cents, and the units of quota they buy: none but for a gateway."""
    if story.terms.price is Price.TINY:
        return TINY_PRICE
    metered = story.product == "https_acceleration_gateway"
    cents, quota = chance.choice(GATEWAY_PRICES) if metered else (chance.choice(PRICES[story.product]), 0)
    return (chance.choice(LARGE_PRICES) if story.terms.price is Price.LARGE else cents), quota


def _coupon(wanted: Coupon, minor: int, chance: Random) -> int:
    """How much of the fee is paid with coupons, in minor units."""
    if wanted is Coupon.ALL:
        return minor
    if wanted is Coupon.PART or (wanted is Coupon.SOMETIMES and chance.random() < COUPON_CHANCE):
        return round(minor * chance.choice((0.1, 0.25, 0.5)))
    return 0


def _drawn(often: dict[Any, int], chance: Random) -> Any:
    """One of the keys, as often as its value says."""
    return chance.choices(list(often), list(often.values()))[0]
