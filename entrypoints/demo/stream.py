"""The stream of a demonstration: every story's events as CloudEvents, in the order in which they are told.

A seed and a moment give the same stream for ever; another moment moves its times and changes nothing else.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from entrypoints.demo import certificates, instances, stories
from entrypoints.demo.diary import Diary, hours
from entrypoints.demo.mistakes import FAR_AHEAD_DAYS, MISTAKEN_SOURCE, STRAYS_TOLD_AGO, mistakes
from entrypoints.demo.purchases import Purchase, purchases
from workflows.instants import instant_text
from workflows.products import CATALOGUE
from workflows.words import CERTIFICATE_AUTHORITY, CUSTOMER, METERING, ORDER_PAID

SEED: Final = 20260318
SIZE: Final = 3000
STORIES: Final = (*stories.BOOK.stories, *certificates.BOOK.stories, *instances.BOOK.stories)
#: Which system tells of what each actor does; the order system tells of payments.
SOURCES: Final = {
    CUSTOMER: "/console",
    CERTIFICATE_AUTHORITY: "/certificate-authority",
    METERING: "/metering",
}
ORDER_SYSTEM: Final = "/orders"
TOLD_TWICE_CHANCE: Final = 0.03
TOLD_LATE_CHANCE: Final = 0.04


@dataclass(frozen=True, slots=True)
class Telling:
    """An event on its way: how long before the moment it is told, and how long before the moment it happened."""

    told_ago: timedelta
    happened_ago: timedelta
    event: dict[str, Any]


def demo_events(moment: datetime, size: int = SIZE, seed: int = SEED) -> list[dict[str, Any]]:
    """About `size` resources' events in the ten days before a moment, in the order in which they are told.

    What would be told after the moment is left out: it has not happened yet.
    """
    chance = Random(seed)
    made = purchases(STORIES, size, chance)
    tellings = [telling for purchase in made for telling in _lived(purchase, chance)]
    tellings += _strays()
    tellings += _mistaken(made[0])
    tellings += _again(tellings, chance)
    told = sorted((one for one in tellings if one.told_ago >= timedelta(0)), key=lambda one: one.told_ago, reverse=True)
    return list(_numbered(told, moment))


def _lived(purchase: Purchase, chance: Random) -> Iterator[Telling]:
    """The payment of a purchase and all that its story tells."""
    paid = {"type": ORDER_PAID, "subject": purchase.resource_id, "data": purchase.order}
    yield Telling(purchase.paid_ago - purchase.told_after, purchase.paid_ago, paid)
    diary = Diary(purchase.story.product, purchase.account, purchase.quota, chance)
    purchase.story.write(diary)
    for happening in diary.happenings:
        late = happening.late or (hours(chance.uniform(0.05, 0.4)) if chance.random() < TOLD_LATE_CHANCE else hours(0))
        happened_ago = purchase.paid_ago - happening.after
        event = {"type": happening.type, "subject": purchase.resource_id, "data": happening.data}
        yield Telling(happened_ago - late, happened_ago, event)


def _strays() -> list[Telling]:
    """Events of certificates that were never paid for, as far as we were told."""
    return [
        Telling(
            hours(days * 24), hours(days * 24 + 0.1), {"type": "certificate.issued", "subject": subject, "data": {}}
        )
        for number, days in enumerate(STRAYS_TOLD_AGO)
        for subject in [f"cert-unpaid-{number + 1}"]
    ]


def _mistaken(paid: Purchase) -> Iterator[Telling]:
    """Unusable events, one after the other since the first payment; the last is dated years ahead."""
    made = [{"source": MISTAKEN_SOURCE, **event} for event in mistakes(paid)]
    for number, event in enumerate(made, 1):
        told_ago = paid.paid_ago - hours(number * 18)
        yield Telling(told_ago, told_ago, event)
    ahead = {"source": MISTAKEN_SOURCE, "type": "certificate.issued", "subject": paid.resource_id, "data": {}}
    yield Telling(hours(30), -timedelta(days=FAR_AHEAD_DAYS), ahead)


def _again(tellings: list[Telling], chance: Random) -> list[Telling]:
    """Some events are delivered a second time, word for word: the sender did not hear our answer."""
    return [
        Telling(one.told_ago - hours(chance.uniform(0.02, 1.5)), one.happened_ago, one.event)
        for one in tellings
        if chance.random() < TOLD_TWICE_CHANCE and "source" not in one.event
    ]


def _numbered(told: list[Telling], moment: datetime) -> Iterator[dict[str, Any]]:
    """The CloudEvents, numbered in the order of their first telling."""
    numbers: dict[int, int] = {}
    for one in told:
        number = numbers.setdefault(id(one.event), len(numbers) + 1)
        yield {
            "specversion": "1.0",
            "id": f"demo-{number:05d}",
            "source": _source(one.event["type"]),
            "time": instant_text(moment - one.happened_ago),
            **deepcopy(one.event),
        }


@cache
def _source(type_: str) -> str:
    """The system that tells of events of a type; of a mistaken one the event says so itself."""
    if type_ == ORDER_PAID:
        return ORDER_SYSTEM
    product = CATALOGUE.of_event(type_)
    actors = [] if product is None else [arc.actor for arc in product.arcs if arc.event == type_]
    return SOURCES[actors[0] if actors else CUSTOMER]
