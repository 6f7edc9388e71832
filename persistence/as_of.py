"""Everything as it stood at a past moment: who was in which state since when, with which claim, and each refund.

A resource stood then as the history before its first row that happened after the moment says. One that has no such row
has not changed since, so its own columns say it: only what has changed is looked up in the history, and where that was
put away, in its anchor. As of moments of which rows were put away nothing is counted: PutAwayError.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from persistence import anchors
from persistence.anchors import ANCHOR
from persistence.history import HISTORY
from persistence.members import instant_of, members
from persistence.resources import REFUND, RESOURCE
from workflows.words import REFUNDED, REFUNDING, Outcome

Conditions = Sequence[ColumnElement[bool]]
#: The rows that can say something new of a refund or of the claim on the window: those around `refunding`.
OF_REFUNDS = and_(
    HISTORY.c.outcome == Outcome.APPLIED.value,
    or_(HISTORY.c.to_state == REFUNDING, HISTORY.c.from_state.in_((REFUNDING, REFUNDED))),
)


def standings(connection: Connection, at: datetime, among: Conditions) -> CTE:
    """Each resource paid by the moment: its money, state and since when, claim (None: none), payment and deadline."""
    anchors.check_known(connection, at)
    ends = _ends(at, among)
    last = _last_rows(connection, ends)
    entering, claiming = HISTORY.alias("entering"), HISTORY.alias("claiming")
    claims = claiming.c.changes["claimed_at"].as_string().is_not(None)
    joined = RESOURCE.outerjoin(last, last.c.resource_id == RESOURCE.c.id)
    joined = joined.outerjoin(ANCHOR, ANCHOR.c.resource_id == last.c.resource_id)
    for row, seq in ((entering, last.c.entered), (claiming, last.c.claim)):
        joined = joined.outerjoin(row, and_(row.c.resource_id == RESOURCE.c.id, row.c.seq == seq))
    query = select(
        RESOURCE.c.currency,
        RESOURCE.c.cash_minor,
        RESOURCE.c.paid_at,
        RESOURCE.c.deadline_at,
        func.coalesce(entering.c.to_state, ANCHOR.c.state, RESOURCE.c.state).label("state"),
        func.coalesce(entering.c.occurred_at, ANCHOR.c.entered_at, RESOURCE.c.entered_at).label("entered_at"),
        case(
            (last.c.resource_id.is_(None), RESOURCE.c.claimed_at),
            (last.c.claim.is_(None), ANCHOR.c.claimed_at),
            (claims, claiming.c.occurred_at),
        ).label("claimed_at"),
    )
    return query.select_from(joined).where(RESOURCE.c.paid_at <= at, *among).cte("standing")


def refunds(connection: Connection, at: datetime | None, among: Conditions) -> Select[Any]:
    """Each refund asked for by the moment, None: by now: its status and since when, its amount and currency.

    Since when is in no column, so it is always read from the history: from the row that brought the present status.
    """
    words = _words_of_refunds(connection, at, among)
    changed = case((or_(words.c.before.is_(None), words.c.before != words.c.status), 1), else_=0)
    latest = words.c.seq.desc()
    ranked = select(
        *words.c,
        changed.label("changed"),
        func.row_number().over(partition_by=words.c.refund_id, order_by=latest).label("nth"),
        func.row_number().over(partition_by=[words.c.refund_id, changed], order_by=latest).label("nth_alike"),
    ).subquery("ranked")
    last, since = ranked.c.nth == 1, and_(ranked.c.changed == 1, ranked.c.nth_alike == 1)
    return select(
        func.max(case((last, ranked.c.status))).label("state"),
        func.max(case((since, ranked.c.occurred_at))).label("since"),
        ranked.c.currency,
        func.max(case((last, ranked.c.minor))).label("minor"),
    ).group_by(ranked.c.refund_id, ranked.c.currency)


def _words_of_refunds(connection: Connection, at: datetime | None, among: Conditions) -> FromClause:
    """What the history says of each refund, in order, with the status it had before; up to the moment."""
    if at is not None:
        anchors.check_known(connection, at)
    refund = HISTORY.c.changes
    id_, status = refund["refund", "id"].as_string(), refund["refund", "status"].as_string()
    told = HISTORY.join(RESOURCE, RESOURCE.c.id == HISTORY.c.resource_id)
    conditions = [OF_REFUNDS, _says(connection, "refund"), *among]
    having = select(REFUND.c.resource_id)
    if among:
        having = having.join(RESOURCE, RESOURCE.c.id == REFUND.c.resource_id).where(*among)
    conditions.append(HISTORY.c.resource_id.in_(having))
    if at is not None:
        ends = _ends(at, [*among, RESOURCE.c.refund_id.is_not(None)])
        told = told.outerjoin(ends, ends.c.resource_id == HISTORY.c.resource_id)
        conditions += [or_(ends.c.seq.is_(None), HISTORY.c.seq < ends.c.seq), RESOURCE.c.paid_at <= at]
    query = select(
        id_.label("refund_id"),
        HISTORY.c.seq.label("seq"),
        status.label("status"),
        cast(refund["refund", "amount_minor"].as_string(), BigInteger).label("minor"),
        HISTORY.c.occurred_at.label("occurred_at"),
        RESOURCE.c.currency.label("currency"),
    )
    kept = query.select_from(told).where(*conditions)
    every = union_all(kept, _words_put_away(connection, among)).subquery("every")
    before = func.lag(every.c.status).over(partition_by=every.c.refund_id, order_by=every.c.seq)
    return select(*every.c, before.label("before")).subquery("words")


def _words_put_away(connection: Connection, among: Conditions) -> Select[Any]:
    """What history that was put away had last said of each refund; it was all said by any moment that may be asked."""
    each, member = members(connection, ANCHOR.c.refunds)
    told = ANCHOR.join(RESOURCE, RESOURCE.c.id == ANCHOR.c.resource_id).join(each, literal(value=True))
    return (
        select(
            member("id").label("refund_id"),
            cast(member("seq"), Integer).label("seq"),
            member("status").label("status"),
            cast(member("minor"), BigInteger).label("minor"),
            instant_of(connection, member("since")).label("occurred_at"),
            RESOURCE.c.currency.label("currency"),
        )
        .select_from(told)
        .where(*among)
    )


def _ends(at: datetime, among: Conditions) -> CTE:
    """The first row of each resource that happened after the moment, for those that have one."""
    later: FromClause = HISTORY.join(RESOURCE, RESOURCE.c.id == HISTORY.c.resource_id) if among else HISTORY
    query = select(HISTORY.c.resource_id, func.min(HISTORY.c.seq).label("seq")).select_from(later)
    return query.where(HISTORY.c.occurred_at > at, *among).group_by(HISTORY.c.resource_id).cte("ends")


def _last_rows(connection: Connection, ends: CTE) -> CTE:
    """Of each resource that has an end: the rows before it that last moved its state and last changed its claim.

    None where there is no such row before it, or none any more.
    """
    moved = or_(HISTORY.c.from_state.is_(None), HISTORY.c.from_state != HISTORY.c.to_state)
    claim = and_(OF_REFUNDS, _says(connection, "claimed_at"))
    query = select(
        ends.c.resource_id,
        func.max(case((moved, HISTORY.c.seq))).label("entered"),
        func.max(case((claim, HISTORY.c.seq))).label("claim"),
    )
    before_end = and_(HISTORY.c.resource_id == ends.c.resource_id, HISTORY.c.seq < ends.c.seq)
    return query.join_from(ends, HISTORY, before_end, isouter=True).group_by(ends.c.resource_id).cte("last")


def _says(connection: Connection, name: str) -> ColumnElement[bool]:
    """Whether a row changes this member, be it to null; SQLite and PostgreSQL write it differently."""
    if connection.dialect.name == "postgresql":
        return func.json_typeof(HISTORY.c.changes[name]).is_not(None)
    return func.json_type(HISTORY.c.changes, f"$.{name}").is_not(None)
