"""Changing what is stored behind everybody's back: no trigger, no constraint between tables, any statement."""

from typing import Any

from sqlalchemy import event, insert, text

from persistence.database import open_engine
from persistence.history import HISTORY, of_resource
from service import refunds
from tests.money.world import World
from workflows.history import Row
from workflows.values import replace

ISSUED = "certificate.issued"
SUBMITTED = "certificate.application_submitted"


def lived(world: World) -> World:
    """Some of everything: used, consumed, waiting; refunds paid, credited, declined, failed, reversed, in review."""
    for name in ("plain", "issued", "paid", "waiting"):
        world.pay(name)
    world.pay("credited", reference="sandbox_method_gone")
    world.pay("reversed", reference="sandbox_reversed_1d")
    world.pay("failed", reference="sandbox_fails")
    world.pay("dear", cash_paid="900.00")
    world.pay("declined", cash_paid="800.00")
    world.gateway_with_consumption("metered")
    world.tell(SUBMITTED, "issued")
    world.tell(ISSUED, "issued")
    world.tell(ISSUED, "waiting")
    world.later(hours=1)
    for name in ("paid", "credited", "reversed", "failed", "dear", "declined", "issued"):
        world.ask(name)
    world.later(days=2)
    decline(world, "declined")
    world.ask("failed")
    world.later(days=1)
    world.tell(SUBMITTED, "issued")
    return world


def decline(world: World, resource_id: str) -> None:
    refunds.decide(world.desk, world.refund_id(resource_id), "manager", approve=False, reason="looked at", amount=None)


class Tampering:
    """A connection for which no row of history is sacred."""

    def __init__(self, database_url: str) -> None:
        self._engine = open_engine(database_url)
        self._sqlite = self._engine.dialect.name == "sqlite"
        if self._sqlite:
            event.listen(self._engine, "connect", lambda found, _record: found.execute("PRAGMA foreign_keys = OFF"))
        self._disarm()

    def _disarm(self) -> None:
        with self._engine.begin() as connection:
            if self._sqlite:
                names = (
                    connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
                )
                for name in names:
                    connection.execute(text(f"DROP TRIGGER {name}"))
                return
            connection.execute(text("ALTER TABLE history DISABLE TRIGGER ALL"))
            keys = text(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c') "
                "AND connamespace = 'public'::regnamespace AND coninhcount = 0"
            )
            for table, name in connection.execute(keys).all():
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))

    def do(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            if self._sqlite:
                connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount > 0, statement

    def rows(self, resource_id: str) -> list[Row]:
        with self._engine.begin() as connection:
            return list(of_resource(connection, resource_id))

    def rewrite(self, resource_id: str, seq: int, *, rest: bool = True, **changed: Any) -> None:
        """Forge a row with a right hash of its own, and, with `rest`, every row behind it and the resource's head."""
        rows = self.rows(resource_id)
        forged = [replace(rows[seq - 1], **changed, hash="")]
        for row in rows[seq:] if rest else ():
            forged.append(replace(row, previous_hash=forged[-1].hash, hash=""))
        with self._engine.begin() as connection:
            for row in forged:
                named = {"id": resource_id, "seq": row.seq}
                connection.execute(text("DELETE FROM history WHERE resource_id = :id AND seq = :seq"), named)
                connection.execute(insert(HISTORY), [stored(row)])
            if rest:
                head = {"id": resource_id, "head": forged[-1].hash}
                connection.execute(text("UPDATE resource SET head = :head WHERE id = :id"), head)

    def close(self) -> None:
        self._engine.dispose()


def stored(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Row.__struct_fields__}
    return values | {"outcome": row.outcome.value, "reasons": list(row.reasons)}
