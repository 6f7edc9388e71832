"""What needs a person now: everything that no sweep and no retry will bring to an end by itself, or not in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persistence import backlog, closing
from persistence.backlog import Hooks, Queue
from persistence.closing import Closing
from persistence.inbox import DEAD
from persistence.stock import Stock
from persistence.store import Connection
from workflows.intake import PARKED_FOR

#: From when on what waits is a matter for a person; the alerts of `ops/prometheus` use the same limits.
DOUBT_AFTER: Final = timedelta(hours=6)
PAYOUT_AFTER: Final = timedelta(minutes=30)
#: A parked event half of whose time is over, so that there is as much left to find what is missing.
PARKED_AFTER: Final = PARKED_FOR / 2
#: Windows that close within so long, and deliveries given up since so long.
SOON: Final = timedelta(hours=24)
LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for people as of one instant.

    Of doubts, payouts and parked events only those are a matter for people that wait for `long`; `given_up` are words
    that a subscriber never took.
    """

    reviews: Queue
    doubts: Queue
    payouts: Queue
    dead: Queue
    parked: Queue
    hooks: Hooks
    given_up: Queue
    closing: Closing


def needs(connection: Connection, stock: Sequence[Stock], now: datetime) -> Needs:
    """What needs a person as of now, out of the stock as of now and the partial indexes of what waits."""
    return Needs(
        reviews=backlog.reviews(connection),
        doubts=backlog.doubts(connection, now - DOUBT_AFTER),
        payouts=backlog.payouts(connection, now - PAYOUT_AFTER),
        dead=backlog.events(connection, DEAD),
        parked=backlog.events(connection, backlog.PARKED, now - PARKED_AFTER),
        hooks=backlog.hooks(connection),
        given_up=backlog.given_up(connection, now - LATELY),
        closing=closing.unfinished(connection, stock, now, now + SOON),
    )
