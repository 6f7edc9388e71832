"""Stories with known answers, and what a database holds, row for row."""

from typing import Any

from sqlalchemy import inspect, text

from tests.money.world import World

FOURTEEN = {"window.days": 14}


def tell_stories(world: World) -> None:
    """Six resources paid on 1 March, looked at ten days later; the window of seven days ended on the 9th.

    `prompt` was refunded in time, `late` was refused on the 10th, `dear` was refused then and is above the limit for
    review, `idle` was never asked for, `used` cannot be refunded, `partial` is a gateway in review.
    """
    for subject in ("prompt", "late", "idle"):
        world.pay(subject)
    world.pay("dear", cash_paid="700.00")
    world.pay("used", product="cloud_deployment")
    world.tell("deployment.task_created", "used")
    world.gateway_with_consumption("partial")
    world.later(days=1)
    world.ask("prompt")
    world.ask("partial")
    world.later(days=8)
    for subject in ("late", "dear"):
        assert not world.ask(subject).accepted
    world.later(days=1)


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every table."""
    with world.desk.store.reading() as connection:
        tables = inspect(connection).get_table_names()
        assert len(tables) > 8
        return {
            table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"')).all())) for table in tables
        }
