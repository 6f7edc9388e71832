"""Loading a new version of a definition: refused where it strands somebody, and its mapping carried out."""

from typing import Final

import structlog

from persistence import population
from persistence.population import Place
from persistence.store import Connection
from service.batch import Batch
from service.desk import Desk
from service.record import log_rows
from workflows.catalogue import Catalogue
from workflows.migrating import is_lost, migrated, stranded

PORTION: Final = 500
log = structlog.get_logger("refundry.definitions")


class StrandedError(Exception):
    """The definitions given have no place for resources that this database knows; nothing was changed."""


def check_nobody_stranded(connection: Connection, catalogue: Catalogue, places: list[Place]) -> None:
    """Raise StrandedError where the catalogue leaves somebody without a way on; `places` are those it dropped."""
    stands = [*population.standing(connection, places), *population.refunds_under_way(connection)]
    found = list(stranded(catalogue, stands))
    if found:
        raise StrandedError("these definitions cannot be loaded: " + ". ".join(one.message for one in found))


def carry_over(desk: Desk, portion: int = PORTION) -> int:
    """Carry everybody out of the states that the catalogue dropped; returns how many that were.

    A portion a transaction: whoever is killed half-way goes on at the next start, and of two that start at once each
    resource is carried by one.
    """
    carried = 0
    with desk.store.reading() as connection:
        places = population.places_dropped(connection, desk.policy.catalogue)
    while places:
        moved = _carry_some(desk, places, portion)
        if moved is None:
            break
        carried += moved
    if carried:
        log.warning("definition_migrated", resources=carried)
    return carried


def _carry_some(desk: Desk, places: list[Place], portion: int) -> int | None:
    """Carry a portion over; returns how many of it nobody else had carried meanwhile, None where nobody was found."""
    with desk.store.writing() as connection:
        ids = sorted(population.ids_lost(connection, places, portion))
        if not ids:
            return None
        batch = Batch.opened(desk, connection, ids)
        known = [one.resource for one in batch.standings.values() if one.resource is not None]
        lost = [resource for resource in known if is_lost(desk.policy.product(resource), resource)]
        decided_by = population.decided_by(connection, [resource.id for resource in lost])
        now = desk.clock.now()
        for resource in lost:
            batch.decide(migrated(desk.policy.product(resource), resource, decided_by[resource.id], now), now)
        batch.write(now)
    log_rows(batch.rows)
    return len(lost)
