"""Where everybody stands: the live population by state, and what history has seen, for a change of a definition."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from persistence.anchors import ANCHOR
from persistence.history import HISTORY
from persistence.portions import portions
from persistence.resources import REFUND, RESOURCE
from persistence.tables import OPEN_REFUNDS, ProductStateRecord, table_of
from workflows.catalogue import Catalogue
from workflows.migrating import Stand
from workflows.refund_machine import REFUND as REFUND_MACHINE
from workflows.words import REFUNDING, Outcome, RefundStatus

PRODUCT_STATE = table_of(ProductStateRecord)
Place = tuple[str, str]


def places_dropped(connection: Connection, catalogue: Catalogue) -> list[Place]:
    """The states that products had in this database and have no more: (product, state)."""
    known = {(product.key, state) for product in catalogue for state in product.states}
    seen = connection.execute(select(PRODUCT_STATE.c.product, PRODUCT_STATE.c.state))
    return sorted({(row.product, row.state) for row in seen} - known)


def standing(connection: Connection, places: Collection[Place] | None = None) -> list[Stand]:
    """Who stands where, by product and state; only in these places where they are given."""
    place = (RESOURCE.c.product, RESOURCE.c.state)
    query = select(*place, func.count(), func.min(RESOURCE.c.id)).group_by(*place).order_by(*place)
    if places is not None:
        query = query.where(_in_one_of(places, *place))
    return [Stand(*row) for row in connection.execute(query)]


def refunds_under_way(connection: Connection) -> list[Stand]:
    """Who has a refund under way, by the state it was asked from."""
    amendable = and_(REFUND.c.partial, REFUND.c.status == RefundStatus.IN_REVIEW.value)
    asked = (RESOURCE.c.product, REFUND.c.origin, amendable)
    query = (
        select(RESOURCE.c.product, REFUND.c.origin, amendable, func.count(), func.min(RESOURCE.c.id))
        .join_from(REFUND, RESOURCE, REFUND.c.id == RESOURCE.c.refund_id)
        .where(REFUND.c.status.in_([status.value for status in OPEN_REFUNDS]))
        .group_by(*asked)
        .order_by(*asked)
    )
    return [
        Stand(product, REFUNDING, count, example, origin, bool(partial))
        for product, origin, partial, count, example in connection.execute(query)
    ]


def ids_lost(connection: Connection, places: Collection[Place], limit: int) -> Sequence[str]:
    """Resources that stand in one of these places, or would be given back to one by the refund they have under way."""
    standing_there = select(RESOURCE.c.id).where(_in_one_of(places, RESOURCE.c.product, RESOURCE.c.state))
    going_back = (
        select(RESOURCE.c.id)
        .join_from(REFUND, RESOURCE, REFUND.c.id == RESOURCE.c.refund_id)
        .where(
            REFUND.c.status.in_([status.value for status in OPEN_REFUNDS]),
            _in_one_of(places, RESOURCE.c.product, REFUND.c.origin),
        )
    )
    found = list(connection.execute(standing_there.limit(limit)).scalars())
    return found or list(connection.execute(going_back.limit(limit)).scalars())


def _in_one_of(
    places: Collection[Place], product: ColumnElement[str], state: ColumnElement[str]
) -> ColumnElement[bool]:
    """One comparison a place: SQLite uses no index for a list of pairs."""
    return or_(false(), *(and_(product == one, state == other) for one, other in places))


@dataclass(frozen=True, slots=True)
class Moved:
    """How often resources of a product have made a move."""

    product: str
    event: str
    source: str | None
    target: str
    count: int


def moves(connection: Connection) -> list[Moved]:
    """Every move that history holds, by product. Reads the whole of it."""
    move = (RESOURCE.c.product, HISTORY.c.event, HISTORY.c.from_state, HISTORY.c.to_state)
    query = (
        select(*move, func.count())
        .join_from(HISTORY, RESOURCE, RESOURCE.c.id == HISTORY.c.resource_id)
        .where(HISTORY.c.outcome == Outcome.APPLIED.value)
        .group_by(*move)
        .order_by(*move)
    )
    return [Moved(*row) for row in connection.execute(query)]


def movers(connection: Connection, move: Moved, limit: int) -> list[str]:
    """Some of the resources that have made a move."""
    query = (
        select(HISTORY.c.resource_id)
        .distinct()
        .join_from(HISTORY, RESOURCE, RESOURCE.c.id == HISTORY.c.resource_id)
        .where(
            RESOURCE.c.product == move.product,
            HISTORY.c.outcome == Outcome.APPLIED.value,
            HISTORY.c.event == move.event,
            HISTORY.c.from_state.is_not_distinct_from(move.source),
            HISTORY.c.to_state == move.target,
        )
        .order_by(HISTORY.c.resource_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def decided_by(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The definition of the product that decided last about each resource, or last of what was put away of it."""
    of_refunds = [arc.event for arc in REFUND_MACHINE.arcs]
    found: dict[str, str] = {}
    for some in portions(ids):
        anchored = select(ANCHOR.c.resource_id, ANCHOR.c.definition).where(ANCHOR.c.resource_id.in_(some))
        found.update((resource_id, definition) for resource_id, definition in connection.execute(anchored))
        newest = (
            select(HISTORY.c.resource_id, func.max(HISTORY.c.seq).label("seq"))
            .where(HISTORY.c.resource_id.in_(some), HISTORY.c.event.not_in(of_refunds))
            .group_by(HISTORY.c.resource_id)
            .subquery()
        )
        query = select(HISTORY.c.resource_id, HISTORY.c.definition).join(
            newest, and_(HISTORY.c.resource_id == newest.c.resource_id, HISTORY.c.seq == newest.c.seq)
        )
        found.update((resource_id, definition) for resource_id, definition in connection.execute(query))
    return found
