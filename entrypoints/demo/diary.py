"""What the stories are written in: a diary of one resource, from its payment on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from random import Random
from typing import Any, Final

from workflows.words import REFUND_REQUESTED

#: The event by which each product is first put to use, and the data it may come with.
FIRST_USE: Final[dict[str, tuple[str, tuple[dict[str, Any], ...]]]] = {
    "ssl_certificate": ("certificate.application_submitted", ({}, {"combined": False})),
    "https_acceleration_gateway": ("gateway.domain_added", ({},)),
    "private_ca": ("ca.enabled", ({"level": "root"}, {"level": "intermediate"})),
    "message_notification": ("notification.configured", ({},)),
    "domain_monitoring": ("monitoring.configured", ({},)),
    "certificate_repository": ("repository.api_called", ({},)),
    "cloud_deployment": (
        "deployment.task_created",
        ({}, {"feature": "cloud_services"}, {"feature": "cloud_servers"}, {"feature": "multi_cloud"}),
    ),
}


def hours(count: float) -> timedelta:
    """So many hours, to the second."""
    return timedelta(seconds=round(count * 3600))


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens `after` the payment and is told `late` after it happened."""

    type: str
    data: dict[str, Any]
    after: timedelta
    late: timedelta


@dataclass(slots=True)
class Diary:
    """What happens to one resource. `hour` counts from its payment; every entry stands at the hour reached."""

    product: str
    account: str
    quota: int
    chance: Random
    hour: float = 0.0
    happenings: list[Happening] = field(default_factory=list)

    def wait(self, least: float, most: float) -> None:
        """Let some hours pass."""
        self.hour += self.chance.uniform(least, most)

    def tell(self, type_: str, late: float = 0.0, **data: Any) -> None:
        """An entry, told so many hours late."""
        self.happenings.append(Happening(type_, data, hours(self.hour), hours(late)))

    def ask(self, late: float = 0.0) -> None:
        """The customer asks for a refund."""
        self.tell(REFUND_REQUESTED, late, requested_by=self.account)

    def use(self, late: float = 0.0) -> None:
        """The product is put to use, or used again."""
        type_, variants = FIRST_USE[self.product]
        self.tell(type_, late, **self.chance.choice(variants))

    def consume(self, share: float, late: float = 0.0) -> None:
        """A gateway consumes this share of its quota, at least one unit."""
        self.tell("gateway.quota_consumed", late, units=max(1, int(self.quota * share)))


class Price(Enum):
    """What a story asks of the price."""

    ORDINARY = "ordinary"  # below every review limit
    LARGE = "large"  # above the limit of its currency
    TINY = "tiny"  # so small that a rest of it rounds to nothing


class Coupon(Enum):
    """What a story asks of the coupons paid with."""

    NONE = "none"
    SOMETIMES = "sometimes"
    PART = "part"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a story's resource is paid for. `told_late_hours` is how long after the payment we are told of it."""

    price: Price = Price.ORDINARY
    coupon: Coupon = Coupon.SOMETIMES
    promotion: str | None = None
    told_late_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """One course of things for one product.

    `share` is its weight among the stories of the product; `paid` from how many to how many days ago the payment
    lies: the longer ago first.
    """

    name: str
    product: str
    share: float
    paid: tuple[float, float]
    terms: Terms
    write: Callable[[Diary], None]


class Storybook:
    """Stories, entered by decorating the function that writes them."""

    def __init__(self) -> None:
        self.stories: list[Story] = []

    def story(
        self, *products: str, share: float, paid: tuple[float, float], **terms: Any
    ) -> Callable[[Callable[[Diary], None]], Callable[[Diary], None]]:
        """Enter a story once for each of the products it can happen to."""

        def enter(write: Callable[[Diary], None]) -> Callable[[Diary], None]:
            self.stories += [Story(write.__name__, product, share, paid, Terms(**terms), write) for product in products]
            return write

        return enter
