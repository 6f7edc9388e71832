"""`refundry consume`."""

import asyncio
from typing import Annotated

import typer

from entrypoints.cli import options
from entrypoints.door import Door
from entrypoints.settings import SettingsError
from entrypoints.wiring import wire
from scheduler.live import keeping_time

Broker = Annotated[
    str, typer.Argument(metavar="BROKER", help="nats://host:4222, amqp://user@host:5672/vhost or kafka://host:9092.")
]


def consume(
    broker: Broker,
    name: Annotated[str, typer.Option("--from", metavar="NAME", help="The subject, queue or topic of the events.")],
    group: Annotated[str, typer.Option(help="The durable consumer of NATS, the group of Kafka.")] = "refundry",
    stream: Annotated[str | None, typer.Option(help="The JetStream stream; NATS only.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=10_000, help="How many messages are under way at a time.")] = 500,
    redelivered_after: Annotated[
        float, typer.Option(metavar="SECONDS", min=1.0, help="When NATS delivers again what was not acknowledged.")
    ] = 30.0,
    rules: options.Rules = None,
) -> None:
    """Take events from a broker until interrupted: each is acknowledged once it is stored.

    Messages that cannot be used are kept: refundry events unreadable lists them.
    """
    try:
        from faststream import FastStream

        from entrypoints.broker.sources import BadBrokerError, Source, broker_of
        from entrypoints.broker.taking import Taking
    except ModuleNotFoundError as error:
        raise SettingsError(f"consume needs the package {error.name}; install refundry[nats]") from None
    settings = options.settings_with(rules, quiet=False)
    desk = wire(settings)
    try:
        source = Source(broker, name, group, stream, at_once, redelivered_after)
        source_broker = broker_of(source, Taking(Door(desk, max(settings.most_waiting_events, at_once))))
        with keeping_time(desk):
            asyncio.run(FastStream(source_broker, logger=None).run())
    except BadBrokerError as error:
        raise SettingsError(str(error)) from None
    finally:
        desk.store.close()
