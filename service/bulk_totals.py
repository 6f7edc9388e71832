"""What many answers come to: how many of each kind, how much money by currency, and which reasons spoke."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.money import Money


@dataclass(slots=True)
class Group:
    """How many there are of one kind, and their money in minor units by currency."""

    count: int = 0
    minor: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Totals:
    """Sums over groups. A reason counts once for each resource that it was said of."""

    groups: dict[str, Group] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups.values())

    def add(self, group: str, money: Money | None, reason_codes: Iterable[str]) -> None:
        into = self.groups.setdefault(group, Group())
        into.count += 1
        if money is not None:
            into.minor[money.currency] += money.minor
        self.reasons.update(set(reason_codes))

    def to_json(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "groups": {
                name: {
                    "count": group.count,
                    "money": [Money(currency, minor).to_json() for currency, minor in sorted(group.minor.items())],
                }
                for name, group in sorted(self.groups.items())
            },
            "reasons": dict(sorted(self.reasons.items())),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Totals":
        groups = {
            name: Group(group["count"], Counter({money["currency"]: money["minor"] for money in group["money"]}))
            for name, group in told["groups"].items()
        }
        return cls(groups, Counter(told["reasons"]))
