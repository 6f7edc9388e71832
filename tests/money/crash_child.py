"""A process that asks for a refund and has it paid, and that is killed at a point on the way.

python -m tests.money.crash_child DATABASE_URL START
"""

import sys
from datetime import datetime, timedelta

from persistence.answered import Keyed
from service import refunds
from service.keyed import KeyedAnswer, once
from tests.money.world import World


def main() -> None:
    url, start = sys.argv[1:]
    world = World(url)
    world.clock.advance(datetime.fromisoformat(start))

    def ask(connection: refunds.Connection) -> KeyedAnswer:
        asked = refunds.ask(world.desk, connection, ["r"], "customer-1")[0]
        return KeyedAnswer(201 if asked.accepted else 409, {"outcome": asked.result.outcome.value})

    once(world.desk, Keyed("customer-1", "/r", "key", "digest"), ask)
    world.clock.advance(world.clock.now() + timedelta(seconds=1))
    world.later(days=2)


if __name__ == "__main__":
    main()
