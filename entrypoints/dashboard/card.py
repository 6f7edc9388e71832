"""The eligibility card: the answer as of one instant, rule by rule, with its arithmetic and what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.desk import Desk
from workflows.checklist import Check, checks
from workflows.eligibility import Answer
from workflows.instants import parse_instant
from workflows.money import Money
from workflows.resource import Resource
from workflows.words import REFUND_OVERRIDE, REFUND_REQUESTED
from workflows.working import Working, working


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the remedy; `wishable`: the system that has to act can be asked to now."""

    event: str
    actor: str
    before: datetime | None
    wishable: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The answer and what belongs to it. `now`: it is of this moment, so that one can act on it.

    `most_by_override` is the most an account manager may pay by override; None where no override is possible.
    """

    answer: Answer
    checks: tuple[Check, ...]
    working: Working | None
    steps: tuple[Step, ...]
    now: bool
    most_by_override: Money | None


def card(desk: Desk, answer: Answer, *, now: bool) -> Card:
    steps = tuple(_step(number, told, answer, now=now) for number, told in enumerate(answer.remedy))
    most = _most_by_override(desk, answer) if now and not answer.accepted else None
    return Card(answer, checks(answer), working(answer), steps, now, most)


def _step(number: int, told: dict[str, Any], answer: Answer, *, now: bool) -> Step:
    before = None if told["before"] is None else parse_instant(told["before"])
    wishable = now and number == 0 and told["event"] != REFUND_REQUESTED
    return Step(told["event"], told["actor"], before, wishable)


def _most_by_override(desk: Desk, answer: Answer) -> Money | None:
    resource: Resource = answer.case.resource
    arcs = (arc for arc in answer.case.product.refund_arcs if arc.event == REFUND_OVERRIDE)
    if not any(resource.state in arc.sources for arc in arcs):
        return None
    limit = desk.policy.rulebook.in_force(answer.case.at).override_up_to.get(resource.payment.currency, 0)
    most = min(limit, resource.payment.cash_minor)
    return resource.money(most) if most else None
