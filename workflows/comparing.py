"""Lives as they really went beside the same lives under other rules: who fares otherwise, and by how much money."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from workflows.instants import instant_text
from workflows.money import Money
from workflows.resource import Payment, Resource
from workflows.retelling import Life, decided_anew
from workflows.step import Policy
from workflows.upshot import GRANTED, Kind, Upshot, lived, supposed


class Turn(StrEnum):
    """What other rules would mean for a resource."""

    ILLEGAL = "illegal"  # a refund was paid or granted that they would not have granted
    STRANDED = "stranded"  # a refund can still be had, and under them it could not
    OTHERWISE = "otherwise"  # anything else that is decided, paid or offered otherwise

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS: Final = {
    Turn.ILLEGAL: "their refund was paid or granted, and would not be",
    Turn.STRANDED: "a refund can still be had, and could not be",
    Turn.OTHERWISE: "decided, paid or offered otherwise",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One life as it really went and as the other rules would have had it."""

    resource_id: str
    payment: Payment
    before: Upshot
    after: Upshot

    @property
    def changed(self) -> bool:
        """Whether anything but the deadline differs."""
        before, after = self.before, self.after
        return (before.kind, before.amount_minor, before.availability, before.refused_for) != (
            after.kind, after.amount_minor, after.availability, after.refused_for
        )  # fmt: skip

    @property
    def deadline_moved(self) -> bool:
        return self.before.deadline_at != self.after.deadline_at

    @property
    def turn(self) -> Turn | None:
        if not self.changed:
            return None
        if self.before.kind in GRANTED and self.after.kind not in GRANTED:
            return Turn.ILLEGAL
        if self.before.kind is Kind.POSSIBLE and self.after.kind not in (Kind.POSSIBLE, *GRANTED):
            return Turn.STRANDED
        return Turn.OTHERWISE

    def to_json(self) -> dict[str, Any]:
        return {
            "resource_id": self.resource_id,
            "product": self.payment.product,
            "account_id": self.payment.account_id,
            "order_id": self.payment.order_id,
            "paid_at": instant_text(self.payment.paid_at),
            "currency": self.payment.currency,
            "turn": None if self.turn is None else self.turn.value,
            "before": _upshot_json(self.before, self.payment.currency),
            "after": _upshot_json(self.after, self.payment.currency),
        }


def _upshot_json(upshot: Upshot, currency: str) -> dict[str, Any]:
    return {
        "kind": upshot.kind.value,
        "amount": Money(currency, upshot.amount_minor).to_json(),
        "availability": upshot.availability.value,
        "deadline_at": instant_text(upshot.deadline_at),
        "refused_for": list(upshot.refused_for),
    }


def compared(real: Policy, other: Policy, resource: Resource, life: Life, at: datetime) -> Comparison:
    """A resource's life as it stands at an instant, beside the same life under the other policy."""
    before = lived(real, resource, life, at)
    after = supposed(other, decided_anew(other, resource, life, at), life, before, at)
    return Comparison(resource.id, resource.payment, before, after)


Change = tuple[Kind, Kind]


@dataclass(slots=True)
class Sums:
    """Amounts of one currency, in minor units, by where their resources stand, before and after."""

    before: Counter[Kind] = field(default_factory=Counter)
    after: Counter[Kind] = field(default_factory=Counter)

    def to_json(self, currency: str) -> dict[str, Any]:
        return {name: self._side_by_side(kind, currency) for name, kind in _PURSES.items()}

    def _side_by_side(self, kind: Kind, currency: str) -> dict[str, Any]:
        before, after = self.before[kind], self.after[kind]
        return {
            "before": Money(currency, before).to_json(),
            "after": Money(currency, after).to_json(),
            "difference_minor": after - before,
        }


_PURSES: Final[Mapping[str, Kind]] = {
    "refunded": Kind.REFUNDED,
    "under_way": Kind.UNDER_WAY,
    "in_review": Kind.IN_REVIEW,
    "still_refundable": Kind.POSSIBLE,
}


#: Kinds in which money was paid back, will be, or can still be had.
_HAD: Final = frozenset({Kind.POSSIBLE, *GRANTED})


@dataclass(slots=True)
class Tally:
    """What a cohort's comparisons come to, with the first few resources of each kind of change as examples."""

    examples_wanted: int = 5
    resources: int = 0
    changed: int = 0
    deadlines_moved: int = 0
    kinds: Counter[Change] = field(default_factory=Counter)
    turns: Counter[Turn] = field(default_factory=Counter)
    money: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    examples: dict[Change, list[Comparison]] = field(default_factory=lambda: defaultdict(list))

    @property
    def gained(self) -> int:
        """How many would have a refund, paid or to be had, that really have none."""
        return sum(number for (was, is_), number in self.kinds.items() if was not in _HAD and is_ in _HAD)

    @property
    def lost(self) -> int:
        """How many would have none that really have one."""
        return sum(number for (was, is_), number in self.kinds.items() if was in _HAD and is_ not in _HAD)

    @property
    def otherwise(self) -> int:
        """How many would neither gain nor lose a refund, but fare otherwise: another amount, or another way to it."""
        return self.changed - self.gained - self.lost

    def add_all(self, some: Iterable[Comparison]) -> None:
        for one in some:
            self.add(one)

    def add(self, one: Comparison) -> None:
        kinds = (one.before.kind, one.after.kind)
        self.resources += 1
        self.deadlines_moved += one.deadline_moved
        self.kinds[kinds] += 1
        sums = self.money[one.payment.currency]
        sums.before[one.before.kind] += one.before.amount_minor
        sums.after[one.after.kind] += one.after.amount_minor
        if one.turn is None:
            return
        self.changed += 1
        self.turns[one.turn] += 1
        if len(self.examples[kinds]) < self.examples_wanted:
            self.examples[kinds].append(one)

    def to_json(self) -> dict[str, Any]:
        return {
            "resources": self.resources,
            "changed": self.changed,
            "deadlines_moved": self.deadlines_moved,
            "turns": {turn.value: self.turns[turn] for turn in Turn},
            "kinds": [
                {"before": before.value, "after": after.value, "resources": number}
                for (before, after), number in sorted(self.kinds.items())
            ],
            "money": {currency: sums.to_json(currency) for currency, sums in sorted(self.money.items())},
            "examples": [one.to_json() for _, some in sorted(self.examples.items()) for one in some],
        }
