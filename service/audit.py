"""What an auditor asks: who decided what, how many histories there are, and whether those looked at are whole."""

from collections.abc import Sequence
from typing import Final

from persistence import audit, resources, stock
from persistence.audit import Decided, Head, Place, Wanted
from service.desk import Desk
from service.questions import NotFoundError
from service.verification.data import Report, check_some

#: How many resources are verified while somebody waits.
NEWEST: Final = 10


def trail(desk: Desk, wanted: Wanted, after: Place | None, limit: int) -> list[Decided]:
    """What people decided, the last first."""
    with desk.store.reading() as connection:
        return audit.decided(connection, wanted, after, limit)


def histories(desk: Desk) -> int:
    """How many histories there are: one for each resource."""
    with desk.store.reading() as connection:
        return sum(one.count for one in stock.totals(connection, desk.clock.now()))


def heads(desk: Desk, limit: int) -> Sequence[Head]:
    """The heads of the histories of the resources that were told of last."""
    with desk.store.reading() as connection:
        return audit.heads(connection, limit)


def check_newest(desk: Desk) -> Report:
    """Verify the resources that were told of last, everything that is kept of each."""
    return check_some(desk, [head.resource_id for head in heads(desk, NEWEST)])


def check_one(desk: Desk, resource_id: str) -> Report:
    """Verify one resource. Raises NotFoundError."""
    with desk.store.reading() as connection:
        if not resources.load(connection, [resource_id]):
            raise NotFoundError(f"no payment is known for resource {resource_id[:80]!r}")
    return check_some(desk, [resource_id])
