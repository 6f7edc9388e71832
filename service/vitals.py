"""Vital signs: what a monitoring system asks every few seconds, from running sums and from what waits. No scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from persistence import backlog, due, stock, switches, tallies
from persistence.backlog import Hooks, Queue
from persistence.inbox import DEAD
from persistence.stock import Stock
from persistence.tallies import Kind, Place, Sums
from service.desk import Desk

Switch = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Vitals:
    """Everything as of one instant, read in one transaction.

    `waiting` is keyed by what waits: `parked`, `dead`, `review` and `doubt`. `moves` and `refusals` only ever grow.
    `switches` says of every kill switch there is whether it stands on stop.
    """

    at: datetime
    stock: Sequence[Stock]
    refunds: Sequence[tuple[Place, Sums]]
    moves: Sequence[tuple[Place, Sums]]
    refusals: Sequence[tuple[Place, Sums]]
    waiting: dict[str, Queue]
    payouts: Queue
    deliveries: Queue
    hooks: Hooks
    next_due: datetime | None
    switches: dict[Switch, bool]
    unfolded: int

    def seconds_since(self, moment: datetime | None) -> float:
        """How long ago a moment was; 0 for one that is still to come, and for none."""
        return 0.0 if moment is None else max((self.at - moment).total_seconds(), 0.0)


def vitals(desk: Desk) -> Vitals:
    """The vital signs as of now. Raises StoreError where the database cannot be used."""
    now = desk.clock.now()
    keys = [("provider", name) for name in desk.providers] + [("product", key) for key in desk.policy.catalogue.keys]
    with desk.store.reading() as connection:
        stopped = {(one.kind, one.key) for one in switches.stopped(connection)}
        return Vitals(
            at=now,
            stock=stock.totals(connection, now),
            refunds=tallies.totals(connection, Kind.REFUNDS),
            moves=tallies.totals(connection, Kind.REFUND_MOVES),
            refusals=tallies.totals(connection, Kind.REFUSALS),
            waiting={
                "parked": backlog.events(connection, backlog.PARKED),
                "dead": backlog.events(connection, DEAD),
                "review": backlog.reviews(connection),
                "doubt": backlog.doubts(connection),
            },
            payouts=backlog.payouts(connection),
            deliveries=backlog.tellings(connection),
            hooks=backlog.hooks(connection),
            next_due=due.earliest(connection),
            switches={key: key in stopped for key in dict.fromkeys([*keys, *sorted(stopped)])},
            unfolded=backlog.unfolded(connection),
        )
