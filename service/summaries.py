"""Everything at a glance: what there is, what became of the events, where the money is, why requests were refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from persistence import refusals, summaries, terms
from persistence.refusals import Count, Filter
from persistence.store import Connection, Engine, Store
from persistence.summaries import MoneySums, Unresolved
from service.desk import Desk
from workflows.eligibility import answer
from workflows.reasons import CODES


@dataclass(frozen=True, slots=True)
class Summary:
    """The sums as of one instant.

    `resources` counts by product and availability, `events` by outcome and whether they had to wait for it; duplicates
    and rejected events are not remembered, so they are not among them.
    """

    at: datetime
    resources: dict[tuple[str, str], int]
    events: dict[tuple[str, bool], int]
    money: Sequence[MoneySums]
    refusals: Sequence[Count]
    unresolved: Unresolved


def summary(desk: Desk) -> Summary:
    """The sums as of now."""
    at = desk.clock.now()
    with desk.store.reading() as connection:
        return Summary(
            at=at,
            resources=summaries.resources_by_availability(connection, at),
            events=summaries.events_by_outcome(connection),
            money=_money(desk, connection, at),
            refusals=_refusals(connection),
            unresolved=summaries.unresolved(connection),
        )


def _refusals(connection: Connection) -> list[Count]:
    """Every reason that stands in a refusal, first those that most requests for a refund were refused for."""
    found = refusals.counts(connection, Filter(), ("reason",), len(CODES)).largest
    return sorted(found, key=lambda one: (-one.requests, -one.refusals, one.by["reason"]))


def _money(desk: Desk, connection: Connection, at: datetime) -> list[MoneySums]:
    """The sums by currency, with what the rules make refundable of products whose amount follows from consumption."""
    metered = [product.key for product in desk.policy.catalogue if product.meter is not None]
    refundable: dict[str, int] = {}
    for resource, unresolved in summaries.refundable_of(connection, at, metered):
        amount = answer(desk.policy.case(resource, at, unresolved)).amount
        if amount is not None:
            refundable[amount.currency] = refundable.get(amount.currency, 0) + amount.minor
    return [
        replace(sums, refundable_minor=sums.refundable_minor + refundable.get(sums.currency, 0))
        for sums in summaries.money_by_currency(connection, at, metered)
    ]


def with_unresolved(desk: Desk) -> str | None:
    """A resource with events that nobody has resolved, the one with the longest history; None where there is none."""
    with desk.store.reading() as connection:
        return summaries.with_unresolved(connection)


def rules_kept(engine: Engine) -> list[str]:
    """The names of the rules versions a database keeps. Raises StoreError where it is no database of Refundry's."""
    with Store(engine).reading() as connection:
        return [rules.version for rules in terms.load(connection)]
