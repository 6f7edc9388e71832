"""Judging lives one by one under a changed policy: which have no way to a refund left, and which end otherwise."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from persistence.listing import Listed
from workflows.eligibility import answer
from workflows.history import what_is_missing
from workflows.migrating import Stand, Stranding, Stuck, is_lost, is_stranded, migrated
from workflows.money import format_amount
from workflows.resource import Resource
from workflows.retelling import Life, retold
from workflows.step import Policy
from workflows.verdict import End, end_of, stored_end
from workflows.words import Availability

EXAMPLES: Final = 3
_OFFERED: Final = frozenset({Availability.AVAILABLE, Availability.ACTION_REQUIRED, Availability.REVIEW_REQUIRED})
#: What makes ends alike: the product, and the state, availability and refund before and after.
Likeness = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One life that ends otherwise."""

    resource_id: str
    currency: str
    before: End
    after: End

    def to_json(self) -> dict[str, Any]:
        ends = {"before": self.before.to_json(), "after": self.after.to_json()}
        return {"resource_id": self.resource_id, "currency": self.currency} | ends


@dataclass(slots=True)
class Otherwise:
    """Lives of a product that end otherwise in one and the same way, with their money before and after, by currency."""

    product: str
    count: int = 0
    examples: list[Example] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)

    def add(self, example: Example) -> None:
        self.count += 1
        self.before[example.currency] += example.before.amount_minor or 0
        self.after[example.currency] += example.after.amount_minor or 0
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)

    def to_json(self) -> dict[str, Any]:
        money = {
            currency: {
                "before": format_amount(self.before[currency], currency),
                "after": format_amount(self.after[currency], currency),
            }
            for currency in sorted(self.before)
        }
        examples = [example.to_json() for example in self.examples]
        return {"product": self.product, "count": self.count, "money": money, "examples": examples}


@dataclass(frozen=True, slots=True)
class Broken:
    """Lives at which a definition itself fails, by what it fails with."""

    error: str
    count: int
    example: str

    def to_json(self) -> dict[str, Any]:
        return {"error": self.error, "count": self.count, "example": self.example}


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of all lives. `put_away` are those that could not be told again: their first rows are not here."""

    strandings: tuple[Stranding, ...]
    otherwise: tuple[Otherwise, ...]
    broken: tuple[Broken, ...]
    put_away: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "put_away": self.put_away,
            "otherwise": [one.to_json() for one in self.otherwise],
            "broken": [one.to_json() for one in self.broken],
        }


@dataclass(slots=True)
class Judging:
    """A judging under way: `before` is the policy without the change, `after` the one with it."""

    before: Policy
    after: Policy
    at: datetime
    lives: int = 0
    put_away: int = 0
    _ways_lost: dict[tuple[str, str], Stand] = field(default_factory=dict)
    _otherwise: dict[Likeness, Otherwise] = field(default_factory=dict)
    _broken: dict[str, Broken] = field(default_factory=dict)

    def judge(self, listed: Listed, life: Life) -> None:
        """Take in one life. One that is stranded altogether is counted, and there is nothing more to say of it."""
        self.lives += 1
        resource = listed.resource
        if resource.payment.product not in self.after.catalogue:
            return
        try:
            if not is_stranded(self.after.product(resource), resource):
                self._judge(listed, life)
        except Exception as error:
            # The definition under test may fail in any way, and that it does is what is asked for.
            told = f"{type(error).__name__}: {error}"
            seen = self._broken.get(told, Broken(told, 0, resource.id))
            self._broken[told] = replace(seen, count=seen.count + 1)

    def judged(self) -> Judged:
        strandings = [
            Stranding(
                Stuck.NO_WAY_TO_REFUND,
                stand,
                "a refund could still be had, and there is no way to one any more",
                "keep a way for those who have paid already",
            )
            for stand in self._ways_lost.values()
        ]
        otherwise = sorted(self._otherwise.values(), key=lambda one: (-one.count, one.product))
        return Judged(tuple(strandings), tuple(otherwise), tuple(self._broken.values()), self.put_away)

    def _judge(self, listed: Listed, life: Life) -> None:
        resource, product = listed.resource, self.after.product(listed.resource)
        lost = is_lost(product, resource)
        present = migrated(product, resource, "", self.at).resource if lost else resource
        assert present is not None
        self._look_for_a_way(listed, present)
        if not lost and what_is_missing(life.rows) is not None:
            self.put_away += 1
            return
        told = present if lost else retold(self.after, life, self.at).resource
        assert told is not None, "a life begins with its payment"
        unresolved = listed.unresolved
        before = stored_end(self.before, resource, listed.availability, self.at, unresolved)
        after = end_of(self.after, told, self.at, unresolved)
        if before != after:
            alike = (product.key, *_outside(before), *_outside(after))
            group = self._otherwise.setdefault(alike, Otherwise(product.key))
            group.add(Example(resource.id, resource.payment.currency, before, after))

    def _look_for_a_way(self, listed: Listed, present: Resource) -> None:
        """Whether a refund was still to be had, and is not any more where the resource stands."""
        if listed.availability not in _OFFERED:
            return
        found = answer(self.after.case(present, self.at, listed.unresolved))
        if found.availability == Availability.UNAVAILABLE:
            place = (listed.resource.payment.product, listed.resource.state)
            seen = self._ways_lost.get(place, Stand(*place, 0, listed.resource.id))
            self._ways_lost[place] = replace(seen, count=seen.count + 1)


def _outside(end: End) -> Likeness:
    return end.state, end.availability, end.refund
