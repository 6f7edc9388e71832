"""Cohorts: the resources that something is asked of together, read in portions in the order of their ids."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from persistence import anchors
from persistence.anchors import ANCHOR
from persistence.history import HISTORY
from persistence.portions import portions
from persistence.resources import AS_READ, REFUND, RESOURCE, to_resource
from workflows.resource import Resource
from workflows.words import REFUND_OVERRIDE, REFUND_REQUESTED


@dataclass(frozen=True, slots=True)
class Cohort:
    """What a resource must be to belong; None asks nothing. Paid at `since` or later, and before `until`."""

    since: datetime | None = None
    until: datetime | None = None
    product: str | None = None
    account_id: str | None = None
    promotion: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A resource of a cohort. `judged`: its terms have had something to say, be it on a request or on a remedy."""

    resource: Resource
    judged: bool


def count(connection: Connection, cohort: Cohort, most: int | None = None) -> int:
    """How many there are; no further than `most`, so that of many no more than these are read."""
    some = select(RESOURCE.c.id).where(*_conditions(cohort)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def not_whole(connection: Connection, cohort: Cohort) -> int:
    """Of how many the beginning of the history was put away."""
    joined = select(func.count()).join_from(ANCHOR, RESOURCE, RESOURCE.c.id == ANCHOR.c.resource_id)
    return int(connection.execute(joined.where(*_conditions(cohort))).scalar_one())


def portion(connection: Connection, cohort: Cohort, after_id: str | None, limit: int) -> Sequence[Member]:
    """The next members, from the one after `after_id`."""
    query = (
        select(*AS_READ)
        .join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)
        .where(*_conditions(cohort))
        .order_by(RESOURCE.c.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(RESOURCE.c.id > after_id)
    found = list(map(to_resource, connection.execute(query)))
    asked = _asked(connection, [resource.id for resource in found])
    return [Member(resource, resource.remedied_at is not None or resource.id in asked) for resource in found]


def _asked(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of which a refund was ever asked for, and those of which that cannot be told any more."""
    requests = HISTORY.c.event.in_((REFUND_REQUESTED, REFUND_OVERRIDE))
    found: set[str] = set()
    for some in portions(ids):
        query = select(HISTORY.c.resource_id).where(HISTORY.c.resource_id.in_(some), requests)
        found.update(connection.execute(query).scalars())
        found.update(anchors.openings(connection, some))
    return found


def _conditions(cohort: Cohort) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        RESOURCE.c[name] == value
        for name in ("product", "account_id", "promotion", "currency")
        if (value := getattr(cohort, name)) is not None
    ]
    if cohort.since is not None:
        conditions.append(RESOURCE.c.paid_at >= cohort.since)
    if cohort.until is not None:
        conditions.append(RESOURCE.c.paid_at < cohort.until)
    return conditions
