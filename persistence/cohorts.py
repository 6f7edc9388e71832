"""Cohorts: the resources that something is asked of together, read in portions in the order of their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select

from persistence.history import HISTORY
from persistence.resources import REFUND, REFUND_COLUMNS, RESOURCE, to_resource
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


def count(connection: Connection, cohort: Cohort) -> int:
    query = select(func.count()).select_from(RESOURCE).where(*_conditions(cohort))
    return int(connection.execute(query).scalar_one())


def portion(connection: Connection, cohort: Cohort, after_id: str | None, limit: int) -> Sequence[Member]:
    """The next members, from the one after `after_id`."""
    asked = exists().where(
        HISTORY.c.resource_id == RESOURCE.c.id, HISTORY.c.event.in_((REFUND_REQUESTED, REFUND_OVERRIDE))
    )
    query = (
        select(RESOURCE, *REFUND_COLUMNS, (RESOURCE.c.remedied_at.is_not(None) | asked).label("judged"))
        .join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)
        .where(*_conditions(cohort))
        .order_by(RESOURCE.c.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(RESOURCE.c.id > after_id)
    return [Member(to_resource(row), bool(row["judged"])) for row in connection.execute(query).mappings()]


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
