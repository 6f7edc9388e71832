"""A property: a sentence that must hold, where it comes from, and how it is judged.

A check returns what is wrong, or None. No check asks the code that it judges.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflows.proof.exploration import Exploration, Visit
from workflows.proof.starts import Start
from workflows.proof.steps import Step
from workflows.resource import Resource

#: The published refund rules, by the part that says it.
GENERAL = "General refund rules"


@dataclass(frozen=True, slots=True)
class Property:
    """`source` names the published rule, where there is one."""

    key: str
    sentence: str
    source: str | None


@dataclass(frozen=True, slots=True)
class OfPayment(Property):
    """Judged on every payment and the resource it makes."""

    check: Callable[[Start, Resource], str | None]


@dataclass(frozen=True, slots=True)
class OfStep(Property):
    """Judged on every decision that it concerns."""

    concerns: Callable[[Step], bool]
    check: Callable[[Step], str | None]


@dataclass(frozen=True, slots=True)
class OfVisit(Property):
    """Judged in every situation."""

    check: Callable[[Exploration, Visit], str | None]


@dataclass(frozen=True, slots=True)
class OfWhole(Property):
    """Judged when everything is found: pairs of what is wrong and where (None: nowhere in particular)."""

    check: Callable[[Exploration], Iterable[tuple[str, Visit | None]]]
