"""A world in which something of every kind waits, has ended and was late, for pages that show how it stands."""

from datetime import timedelta

from persistence import deliveries, hooks
from scheduler.sweeps import sweep
from service.clock import SetClock
from service.clockwork import expire_windows
from service.desk import Desk
from tests.reports.conftest import filled

WAITED = timedelta(hours=13)
PURCHASES = 40


def lively(url: str) -> tuple[Desk, SetClock]:
    """The world of the reports thirteen hours on, in which only window ends were recorded meanwhile."""
    desk, clock, moment = filled(url, PURCHASES)
    sweep(desk, moment)
    clock.advance(moment + WAITED)
    sweep(desk, clock.now(), sweeps={"expire_windows": expire_windows})
    with desk.store.writing() as connection:
        given_up, *_ = deliveries.page(connection, hooks.page(connection, None, 1)[0].id, None, None, None, 1)
        deliveries.finish(connection, given_up, deliveries.DEAD, clock.now())
    return desk, clock
