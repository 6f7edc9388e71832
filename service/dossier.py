"""All there is about one resource: its answer, its refunds, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from persistence import attempts, happenings, refunds
from persistence.attempts import Attempt
from persistence.happenings import Addressed, Waited
from persistence.refunds import Filter, Listed
from service.desk import Desk
from service.questions import ResourceView, view
from workflows.history import Row

MOST_REFUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Dossier:
    """A resource as it stands now, and of each kind of happening the newest; `complete` where these are all."""

    view: ResourceView
    rows: Sequence[Row]
    refunds: Sequence[Listed]
    attempts: Sequence[Attempt]
    waited: Sequence[Waited]
    deliveries: Sequence[Addressed]
    complete: bool


def dossier(desk: Desk, resource_id: str, most_of_each: int) -> Dossier:
    """The dossier of a resource. Raises NotFoundError."""
    standing = view(desk, resource_id)
    with desk.store.reading() as connection:
        rows = happenings.rows(connection, resource_id, most_of_each)
        asked = refunds.page(connection, Filter(resource_id=resource_id), None, MOST_REFUNDS)
        made = attempts.of_refunds(connection, [one.refund.id for one in asked])
        waited = happenings.waited(connection, resource_id, most_of_each)
        told = happenings.deliveries(connection, resource_id, most_of_each)
    calls = [attempt for refund_id in made for attempt in made[refund_id]]
    complete = max(len(rows), len(waited), len(told)) < most_of_each
    return Dossier(standing, rows, asked, calls, waited, told, complete)
