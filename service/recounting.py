"""Counting everything anew: what is stored beside each resource for queries, and the running sums."""

from persistence import anchors, history, resources, tallies
from persistence.store import Connection
from persistence.tallies import Differences
from service.batch import stored_of
from service.counted import differences
from service.desk import Desk
from workflows.history import PutAwayError

PORTION = 500


def is_uncounted(connection: Connection) -> bool:
    """Whether there are resources from before their answers' amounts and the sums were kept."""
    return resources.without_amounts(connection)


def recount(desk: Desk) -> None:
    """Work out every resource's outlook anew, and count everything from the histories; one transaction, others wait.

    Raises PutAwayError where histories are not whole any more: what happened then is in the sums alone.
    """
    with desk.store.writing() as connection:
        month = anchors.last_month(connection)
        if month is not None:
            raise PutAwayError(f"the sums cannot be counted anew: history up to {month} is put away")
        tallies.hold(connection)
        tallies.clear(connection)
        found = Differences()
        after: str | None = None
        while ids := resources.ids_after(connection, after, PORTION):
            after = ids[-1]
            for place, sums in _counted(desk, connection, ids):
                found.add(place, sums)
        tallies.add(connection, found)


def _counted(desk: Desk, connection: Connection, ids: list[str]) -> Differences:
    stored = [stored_of(desk, one.resource, one.unresolved) for one in resources.load_stored(connection, ids).values()]
    resources.save_outlooks(connection, stored)
    rows = [row for some in history.of_resources(connection, ids).values() for row in some]
    return differences({}, stored, rows)
