"""How a life came out: one word for where a resource stands with its money, and the amount that goes with it.

Of a life that is only supposed nobody can say what the provider would have answered. A request that the supposed rules
accept and the real ones refused therefore counts as paid, unless it would still wait for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from workflows.eligibility import answer
from workflows.history import Row
from workflows.resource import Resource
from workflows.retelling import Life, Retold
from workflows.step import Policy
from workflows.words import REFUND_REQUESTED, REFUNDED, REFUNDING, Availability, Outcome, RefundStatus


class Kind(StrEnum):
    """Where a resource stands with its money."""

    REFUNDED = "refunded"  # it was paid back
    UNDER_WAY = "under_way"  # a refund was accepted, and its money is on the way
    IN_REVIEW = "in_review"  # a refund waits for a person
    POSSIBLE = "possible"  # nothing is paid or under way, and a refund can still be had
    REFUSED = "refused"  # it was asked for and refused, and can no longer be had
    UNAVAILABLE = "unavailable"  # nobody asked, and it can no longer be had


#: Kinds in which money has left, will leave, or will once a person agrees.
GRANTED: Final = frozenset({Kind.REFUNDED, Kind.UNDER_WAY, Kind.IN_REVIEW})


@dataclass(frozen=True, slots=True)
class Upshot:
    """How a life came out by an instant. `amount_minor` is what was, will be or could be paid back.

    `refused_for` are the codes of the reasons for which the last refused request was refused.
    """

    kind: Kind
    amount_minor: int
    availability: Availability
    deadline_at: datetime
    refused_for: tuple[str, ...] = ()


def lived(policy: Policy, resource: Resource, life: Life, at: datetime) -> Upshot:
    """How a life that was really lived stands at an instant; `resource` is what its rows amount to."""
    return _upshot(policy, resource, life.rows, at, life.unresolved_at(at))


def supposed(policy: Policy, told: Retold, life: Life, real: Upshot, at: datetime) -> Upshot:
    """How the life comes out when it is told again, beside how it really did."""
    assert told.resource is not None, "a life begins with its payment, whatever the rules"
    unresolved = life.unresolved_at(at) + len(told.unfitting)
    found = _upshot(policy, told.resource, told.rows, at, unresolved)
    if found.kind is Kind.UNDER_WAY and real.kind is not Kind.UNDER_WAY:
        return Upshot(Kind.REFUNDED, found.amount_minor, Availability.REFUNDED, found.deadline_at, found.refused_for)
    return found


def _upshot(policy: Policy, resource: Resource, rows: Sequence[Row], at: datetime, open_: int) -> Upshot:
    found = answer(policy.case(resource, at, open_))
    refused_for = _last_refusal(rows)
    amount = 0 if found.amount is None else found.amount.minor
    kind = _kind(resource, found.availability, asked=bool(refused_for))
    return Upshot(kind, amount, found.availability, resource.deadline_at, refused_for)


def _kind(resource: Resource, availability: Availability, *, asked: bool) -> Kind:
    if resource.state == REFUNDED:
        return Kind.REFUNDED
    if resource.state == REFUNDING:
        reviewed = resource.refund is not None and resource.refund.status == RefundStatus.IN_REVIEW
        return Kind.IN_REVIEW if reviewed else Kind.UNDER_WAY
    if availability is not Availability.UNAVAILABLE:
        return Kind.POSSIBLE
    return Kind.REFUSED if asked else Kind.UNAVAILABLE


def _last_refusal(rows: Sequence[Row]) -> tuple[str, ...]:
    for row in reversed(rows):
        if row.event == REFUND_REQUESTED and row.outcome == Outcome.REFUSED:
            return tuple(reason["code"] for reason in row.reasons)
    return ()
