"""Kill switches: while one stands on stop, no payout through its provider, or for its product, is sent.

Requests are taken and judged as ever, doubts go on being settled; only money stays, and goes out when the switch is
turned back.
"""

from collections.abc import Sequence
from typing import Final

import structlog

from persistence import outbox, switches
from persistence.staff_tables import SWITCH_KINDS
from persistence.store import Connection
from persistence.switches import Turning
from service.desk import Desk
from workflows.decision import EffectKind
from workflows.events import unstorable
from workflows.resource import Payment

LONGEST_REASON: Final = 2000
log = structlog.get_logger("refundry.switches")


class SwitchError(ValueError):
    """The switch cannot be turned so; the message says what would be possible."""


class SwitchStandsError(SwitchError):
    """The switch already stands where it should be turned to."""


def turn(desk: Desk, kind: str, key: str, actor: str, reason: str, *, stop: bool) -> Turning:
    """Turn a switch, with a reason. Turned back, what was held goes out at once.

    Raises SwitchError, or SwitchStandsError where it stands so already.
    """
    with desk.store.writing() as connection:
        turning = turn_in(desk, connection, kind, key, actor, reason, stop=stop)
    log_turning(turning)
    return turning


def turn_in(desk: Desk, connection: Connection, kind: str, key: str, actor: str, reason: str, *, stop: bool) -> Turning:
    """Turn a switch as `turn` does, within a transaction; `log_turning` is for when it is committed."""
    known = keys(desk)
    if kind not in SWITCH_KINDS:
        raise SwitchError(f"{kind[:80]!r} has no kill switch; there are switches of {' and '.join(SWITCH_KINDS)}")
    if key not in known[kind]:
        raise SwitchError(f"{key[:80]!r} is no {kind}; there are {', '.join(known[kind])}")
    if unstorable(reason) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise SwitchError(f"turning a switch needs a reason of 1 to {LONGEST_REASON} characters")
    turning = Turning(kind, key, stop, actor, reason.strip(), desk.clock.now())
    if stop == any((one.kind, one.key) == (kind, key) for one in switches.stopped(connection)):
        raise SwitchStandsError(f"the switch of {kind} {key} already stands on {'stop' if stop else 'go'}")
    switches.turn(connection, turning)
    if not stop:
        outbox.hasten(connection, EffectKind.PAY, turning.changed_at)
    return turning


def log_turning(turning: Turning) -> None:
    """One line for the log, once it is committed."""
    told = {"kind": turning.kind, "key": turning.key, "stop": turning.stopped, "actor": turning.actor}
    log.warning("switch_turned", **told)


def keys(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Of each kind of switch, those that can be turned here."""
    return {"provider": tuple(desk.providers), "product": tuple(desk.policy.catalogue.keys)}


def stopped(desk: Desk) -> Sequence[Turning]:
    """The switches that stand on stop."""
    with desk.store.reading() as connection:
        return switches.stopped(connection)


def turnings(desk: Desk, limit: int) -> Sequence[Turning]:
    """Who turned what when, newest first."""
    with desk.store.reading() as connection:
        return switches.turnings(connection, limit)


def holds(connection: Connection, payment: Payment) -> bool:
    """Whether a switch keeps the money of this payment from going out now."""
    reached = {("provider", payment.provider), ("product", payment.product)}
    return any((one.kind, one.key) in reached for one in switches.stopped(connection))
