"""Everything counted anew, row by row, from the tables themselves: plain SQL and loops, none of the code under test."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from persistence.history import HISTORY
from persistence.resources import REFUND, RESOURCE

REFUNDABLE = ("available", "action_required", "review_required")
Key = tuple[Any, ...]


@dataclass
class Counted:
    """How many, and amounts, by what they are of."""

    number: Counter[Key]
    amount: Counter[Key]

    def add(self, key: Key, amount: int = 0) -> None:
        self.number[key] += 1
        self.amount[key] += amount

    def rows(self) -> set[Key]:
        return {(*key, number, self.amount[key]) for key, number in self.number.items()}


def nothing() -> Counted:
    return Counted(Counter(), Counter())


def standing(connection: Connection, at: datetime) -> tuple[set[Key], set[Key]]:
    """By state, window and availability: how many, cash and amount; and what is still refundable, by its last day."""
    cash, answers, exposed = nothing(), nothing(), nothing()
    for one in connection.execute(select(RESOURCE)):
        is_open = one.deadline_at > at
        window = "claimed" if one.claimed_at else "open" if is_open else "closed"
        availability = one.before_deadline if is_open else one.from_deadline
        amount = one.before_minor if is_open else one.from_minor
        key = (one.product, one.state, one.currency, window, availability)
        cash.add(key, one.cash_minor)
        answers.add(key, amount)
        if window != "closed" and availability in REFUNDABLE:
            day = None if window == "claimed" else (one.deadline_at - timedelta(microseconds=1)).date()
            exposed.add((day, one.product, one.currency), amount)
    together = {(*key, number, cash.amount[key], answers.amount[key]) for key, number in cash.number.items()}
    return together, exposed.rows()


def refunds(connection: Connection) -> set[Key]:
    found = nothing()
    query = select(RESOURCE.c.product, REFUND.c.status, RESOURCE.c.currency, REFUND.c.amount_minor)
    for product, status, currency, amount in connection.execute(query.join_from(REFUND, RESOURCE, _same_resource())):
        found.add((product, status, currency), amount)
    return found.rows()


def _same_resource() -> Any:
    return REFUND.c.resource_id == RESOURCE.c.id


def moves(connection: Connection) -> list[tuple[datetime, str, str, str, int]]:
    """Every coming of a refund to a status: when it was recorded, product, status, currency, amount."""
    query = (
        select(HISTORY.c.recorded_at, HISTORY.c.changes, HISTORY.c.resource_id, RESOURCE.c.product, RESOURCE.c.currency)
        .join_from(HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id)
        .order_by(HISTORY.c.resource_id, HISTORY.c.seq)
    )
    found, last = [], {}
    for recorded_at, changes, resource_id, product, currency in connection.execute(query):
        told = changes.get("refund")
        if told is not None and last.get(resource_id) != (told["id"], told["status"]):
            last[resource_id] = (told["id"], told["status"])
            found.append((recorded_at, product, told["status"], currency, told["amount_minor"]))
    return found


def refusals(connection: Connection) -> list[tuple[datetime, str, str]]:
    """Every reason that stands in a refusal: when it was recorded, product, reason."""
    query = (
        select(HISTORY.c.recorded_at, RESOURCE.c.product, HISTORY.c.reasons)
        .join_from(HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id)
        .where(HISTORY.c.outcome == "refused")
    )
    return [
        (recorded_at, product, reason["code"])
        for recorded_at, product, reasons in connection.execute(query)
        for reason in reasons
    ]


def day(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def hour(moment: datetime) -> datetime:
    return day(moment) + timedelta(hours=moment.hour)


def ranked(spans: list[timedelta], percent: int) -> timedelta:
    """The smallest span that at least so many percent of them do not exceed."""
    return next(span for span in sorted(spans) if sum(other <= span for other in spans) * 100 >= percent * len(spans))
