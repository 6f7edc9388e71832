"""Kill switches as they are stored: every turning is kept, the last of a key says how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from persistence.staff_tables import SwitchRecord
from persistence.tables import table_of

SWITCH = table_of(SwitchRecord)


@dataclass(frozen=True, slots=True)
class Turning:
    """A kill switch as somebody turned it: `stopped` means that nothing is paid out by it."""

    kind: str
    key: str
    stopped: bool
    actor: str
    reason: str
    changed_at: datetime


def turn(connection: Connection, turning: Turning) -> None:
    connection.execute(insert(SWITCH).values({name: getattr(turning, name) for name in Turning.__slots__}))


def stopped(connection: Connection) -> Sequence[Turning]:
    """The switches that stand on stop."""
    last = select(func.max(SWITCH.c.id)).group_by(SWITCH.c.kind, SWITCH.c.key)
    columns = [SWITCH.c[name] for name in Turning.__slots__]
    query = select(*columns).where(SWITCH.c.id.in_(last), SWITCH.c.stopped).order_by(SWITCH.c.kind, SWITCH.c.key)
    return [Turning(*row) for row in connection.execute(query)]


def turnings(connection: Connection, limit: int) -> Sequence[Turning]:
    """Every turning, newest first."""
    columns = [SWITCH.c[name] for name in Turning.__slots__]
    return [Turning(*row) for row in connection.execute(select(*columns).order_by(SWITCH.c.id.desc()).limit(limit))]
