"""All there is about one refund: how it stands, what was tried, what was told, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from persistence import attempts, happenings, history, inbox, ledger, outbox, refunds, resources, switches
from persistence.attempts import Attempt
from persistence.happenings import Addressed
from persistence.ledger import Credit
from persistence.outbox import Pending
from persistence.refunds import Filter, Listed, Mark, Page
from persistence.switches import Turning
from service.desk import Desk
from service.payouts import KINDS, payout_key
from service.refunds import found
from service.reviews import judged
from workflows.diagrams.journey import journey_of_refund
from workflows.diagrams.overlay import Overlay
from workflows.eligibility import Answer
from workflows.history import Row, fold
from workflows.reconsidering import Asking, about, asking, given_back
from workflows.resource import Resource

MOST_TOLD: Final = 200
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of refunds with their attempts, by refund."""

    page: Page
    attempts: dict[str, list[Attempt]]


@dataclass(frozen=True, slots=True)
class RefundFile:
    """A refund and its resource as they stand now.

    `answer` is what its amount follows from, as of its asking or last amendment. `rows` are those about it. `key` is
    that of its payout. `pending` is what is still to be done, `held` are the switches that keep its money back.
    """

    listed: Listed
    resource: Resource
    asked: Asking
    rows: Sequence[Row]
    answer: Answer | None
    attempts: Sequence[Attempt]
    told: Sequence[Addressed]
    credit: Credit | None
    pending: Sequence[Pending]
    held: Sequence[Turning]
    key: str
    way: Overlay


def leaf(desk: Desk, wanted: Filter, mark: Mark | None, limit: int, *, newest_first: bool) -> Leaf:
    """The page at a mark of what a filter lets through."""
    with desk.store.reading() as connection:
        page = refunds.leaf(connection, wanted, mark, limit, newest_first=newest_first)
        return Leaf(page, attempts.of_refunds(connection, [one.refund.id for one in page.items]))


def counts(desk: Desk, wanted: Filter) -> dict[str, int] | None:
    """How many refunds of each status a filter lets through, whatever status it names; None where they are too many."""
    with desk.store.reading() as connection:
        return refunds.counts(connection, wanted, MOST_COUNTED)


def refund_file(desk: Desk, refund_id: str) -> RefundFile:
    """The file of a refund. Raises NotFoundError, or PutAwayError where the asking for it was put away."""
    with desk.store.reading() as connection:
        listed = found(connection, refund_id)
        resource = resources.load(connection, [listed.resource_id])[listed.resource_id]
        life = list(history.of_resource(connection, listed.resource_id))
        asked = asking(life, refund_id)
        assert asked is not None, f"{refund_id} is in no history"
        unresolved = inbox.unresolved_at(connection, listed.resource_id, asked.row.recorded_at)
        made = attempts.of_refunds(connection, [refund_id])[refund_id]
        told = happenings.deliveries(connection, listed.resource_id, MOST_TOLD)
        credit = ledger.of_refund(connection, refund_id)
        pending = outbox.pending(connection, listed.resource_id, KINDS)
        reached = {("provider", resource.payment.provider), ("product", resource.payment.product)}
        held = [one for one in switches.stopped(connection) if (one.kind, one.key) in reached]
    rows, way = about(asked), journey_of_refund(life, refund_id)
    standing = _as_amended(life, asked, rows)
    return RefundFile(
        listed=listed,
        resource=resource,
        asked=asked,
        rows=rows,
        answer=judged(desk, standing, asked.refund.requested_at, unresolved),
        attempts=made,
        told=[one for one in told if _is_about(one, refund_id, {row.seq for row in rows})],
        credit=credit,
        pending=[one for one in pending if one.payload["refund_id"] == refund_id],
        held=held,
        key=payout_key(listed.refund),
        way=Overlay((), {}, way.visits, way.here, way.possible),
    )


def _as_amended(life: Sequence[Row], asked: Asking, rows: Sequence[Row]) -> Resource:
    """The resource that the amount follows from: as it was last amended in review, or else as it was asked for."""
    amended = [row for row in rows[1:] if row.changes["refund"]["status"] == "in_review"]
    if not amended:
        return asked.before
    behind = fold(row for row in life if row.seq <= amended[-1].seq)
    assert behind is not None
    return given_back(behind)


def _is_about(one: Addressed, refund_id: str, seqs: set[int]) -> bool:
    payload = one.delivery.payload
    return payload.get("refund_id") == refund_id or payload.get("seq") in seqs
