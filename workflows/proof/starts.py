"""The payments that the search begins with: one for each kind of terms that rules may tell apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from workflows.catalogue import Catalogue
from workflows.definition import Product
from workflows.events import Event
from workflows.money import format_amount
from workflows.payments import check_payment
from workflows.proof.calendar import clock_changes, edges_of_days, expected_deadline
from workflows.rules import Rules
from workflows.words import ORDER_PAID

SUBJECT: Final = "the-resource"
SHOP: Final = "shop"
TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Start:
    """A payment and the instants that matter after it.

    The deadline and the end of the grace for late arrivals are worked out here, not read from the resource. `instants`
    is where the clock stops: on either side of all at which something turns. `waiting`: the search also lets an event
    wait that does not fit yet.
    """

    name: str
    product: Product
    rules: Rules
    event: Event
    currency: str
    cash_minor: int
    coupon_minor: int
    promotion: str | None
    units: int | None
    deadline_at: datetime
    late_until: datetime
    instants: tuple[datetime, ...]
    waiting: bool = False

    @property
    def fee_minor(self) -> int:
        return self.cash_minor + self.coupon_minor


@dataclass(frozen=True, slots=True)
class Till:
    """What payments of one product under one version of the rules look like."""

    catalogue: Catalogue
    product: Product
    rules: Rules

    def paid(
        self,
        name: str,
        paid_at: datetime,
        cash: int = 160,
        coupon: int = 0,
        *,
        currency: str = "USD",
        promotion: str | None = None,
        units: int = 2,
        waiting: bool = False,
    ) -> Start:
        product, rules = self.product, self.rules
        deadline = expected_deadline(rules, promotion, paid_at)
        return Start(
            name=name,
            product=product,
            rules=rules,
            event=_event(paid_at, check_payment(self._data(cash, coupon, currency, promotion, units), self.catalogue)),
            currency=currency,
            cash_minor=cash,
            coupon_minor=coupon,
            promotion=promotion,
            units=None if product.meter is None else units,
            deadline_at=deadline,
            late_until=deadline + rules.late_arrival,
            instants=_instants(paid_at, deadline, deadline + rules.late_arrival),
            waiting=waiting,
        )

    def _data(self, cash: int, coupon: int, currency: str, promotion: str | None, units: int) -> dict[str, Any]:
        meter = self.product.meter
        return {
            "order_id": "the-order",
            "account_id": "the-account",
            "product": self.product.key,
            "currency": currency,
            "cash_paid": format_amount(cash, currency),
            "coupon_paid": format_amount(coupon, currency),
            "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
            "promotion": promotion,
            **{item.name: item.samples[0] for item in self.product.payment_fields if item.samples},
            **({} if meter is None else {meter.total: units}),
        }


def starts(catalogue: Catalogue, product: Product, rules: Rules) -> tuple[Start, ...]:
    """The payments to explore from."""
    till, ordinary = Till(catalogue, product, rules), rules.effective_from + timedelta(hours=10)
    found = [
        till.paid("paid in cash", ordinary, waiting=True),
        till.paid("paid in part with a coupon", ordinary, 120, 40, units=3),
        till.paid("paid with a coupon alone", ordinary, 0, 500),
        till.paid("the smallest amount of cash beside a coupon", ordinary, 1, 999, units=3),
        till.paid("paid in the last instant of a day", _end_of_day(ordinary, rules), units=1),
    ]
    for currency, limit in rules.review_above.items():
        found += [
            till.paid(f"at the limit for review in {currency}", ordinary, limit, currency=currency),
            till.paid(f"above the limit for review in {currency}", ordinary, limit + 1, currency=currency),
        ]
    for code in (*rules.promotions, _unknown(rules)):
        found.append(till.paid(f"promotion {code}", ordinary, promotion=code))
    change = next(clock_changes(rules), None)
    if change is not None:
        before = change - timedelta(days=rules.window.days)
        found.append(till.paid("a window that ends as the clocks change", _end_of_day(before, rules)))
    return tuple(found)


def paydays(catalogue: Catalogue, product: Product, rules: Rules) -> Iterator[Start]:
    """A payment on every day of more than a year, at the edges of the day: for the deadline alone."""
    till = Till(catalogue, product, rules)
    return (till.paid(f"paid at {paid_at.isoformat()}", paid_at) for paid_at in edges_of_days(rules))


def _instants(paid_at: datetime, deadline: datetime, end: datetime) -> tuple[datetime, ...]:
    return tuple(sorted({paid_at, deadline - TICK, deadline, max(deadline, end - TICK), end}))


def _event(paid_at: datetime, data: Any) -> Event:
    return Event(SHOP, "paid", ORDER_PAID, SUBJECT, paid_at, data, paid_at, "paid")


def _end_of_day(moment: datetime, rules: Rules) -> datetime:
    local = ZoneInfo(rules.window.zone)
    return datetime.combine(moment.astimezone(local).date(), time.max, local).astimezone(UTC)


def _unknown(rules: Rules) -> str:
    """A promotion code that the rules do not name."""
    code = "unheard_of"
    while code in rules.promotions:
        code += "_of"
    return code
