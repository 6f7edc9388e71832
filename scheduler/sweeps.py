"""Sweeps: what the passing of time asks for, done in bounded portions until nothing more is due."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from service import clockwork, payouts
from service.clock import SetClock
from service.clockwork import PORTION, next_due
from service.desk import Desk
from service.hooks.delivery import deliver_due
from service.hooks.fan_out import fan_out

Sweep = Callable[[Desk, datetime, int], int]

#: In this order where several things fall due at one instant: an event's day of grace ends before anything else.
DECIDING: Final[dict[str, Sweep]] = {
    "bury_parked": clockwork.bury_parked,
    "expire_windows": clockwork.expire_windows,
    "remind": clockwork.remind,
    "remind_reviews": clockwork.remind_reviews,
    "pay_due": payouts.pay_due,
}
#: What has been decided is told last.
SWEEPS: Final[dict[str, Sweep]] = {**DECIDING, "fan_out": fan_out, "deliver": deliver_due}
MOST_PORTIONS: Final = 20
UNBOUNDED: Final = 1_000_000


def sweep(
    desk: Desk,
    now: datetime,
    portion: int = PORTION,
    most_portions: int = MOST_PORTIONS,
    sweeps: Mapping[str, Sweep] = SWEEPS,
) -> dict[str, int]:
    """Do what is due at `now`, at most so many portions of each kind. Returns how many were done of each kind."""
    return {name: _in_portions(run, desk, now, portion, most_portions) for name, run in sweeps.items()}


def _in_portions(run: Sweep, desk: Desk, now: datetime, portion: int, most_portions: int) -> int:
    total = 0
    for _ in range(most_portions):
        done = run(desk, now, portion)
        total += done
        if done < portion:
            break
    return total


def sweep_until(desk: Desk, clock: SetClock, until: datetime) -> int:
    """Move a clock that is set by hand, doing what falls due on the way in the order of its due time and as of it.

    What fell due before the clock's present moment is done as of that moment. Returns how much was done.
    """
    total = 0
    while (moment := next_due(desk)) is not None and moment <= until:
        clock.advance(max(moment, clock.now()))
        done = sum(sweep(desk, clock.now(), most_portions=UNBOUNDED).values())
        if done == 0:
            raise RuntimeError(f"something has been due since {moment.isoformat()} that no sweep takes up")
        total += done
    clock.advance(max(until, clock.now()))
    return total
