"""The brokers events come from, by the scheme of their address; each acknowledges after the commit.

FastStream does not deliver again after an error unless told to: the policy is NACK_ON_ERROR everywhere.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from faststream import AckPolicy
from faststream.message import StreamMessage

from entrypoints.broker.taking import Taking, texts
from persistence.unreadable import Raw

#: NATS waits so long for one message where none is there; what is there is taken at once.
FETCH_SECONDS: Final = 5.0


class BadBrokerError(ValueError):
    """The broker cannot be used as named; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from: the broker's address; the subject, queue or topic; and what we are known as there.

    `stream` is JetStream's, which must be there already; what is not acknowledged within `redelivered_after_seconds`
    it delivers again. So many messages as `most_at_once` are under way at a time.
    """

    address: str
    name: str
    group: str
    stream: str | None
    most_at_once: int
    redelivered_after_seconds: float


def broker_of(source: Source, taking: Taking) -> Any:
    """The FastStream broker that hands the source's messages to `taking`. Raises BadBrokerError."""
    scheme = urlsplit(source.address).scheme
    made = _BROKERS.get(scheme)
    if made is None:
        raise BadBrokerError(
            f"{source.address!r} is no broker; use nats://host:4222, amqp://host:5672 or kafka://host:9092"
        )
    try:
        return made(source, taking)
    except ModuleNotFoundError as error:
        extra = f"refundry[{_EXTRAS[scheme]}]"
        raise BadBrokerError(f"{scheme}:// needs the package {error.name}; install {extra}") from None


def _nats(source: Source, taking: Taking) -> Any:
    """JetStream, pulled: a message is redelivered when it was refused, and when this process was killed."""
    from faststream.nats import JStream, NatsBroker, PullSub
    from nats.js.api import ConsumerConfig

    if source.stream is None:
        raise BadBrokerError("NATS needs --stream, the name of the JetStream stream that keeps the events")
    broker = NatsBroker(source.address, max_reconnect_attempts=-1, apply_types=False, logger=None)
    subscriber = broker.subscriber(
        source.name,
        durable=source.group,
        config=ConsumerConfig(ack_wait=source.redelivered_after_seconds, max_ack_pending=source.most_at_once),
        stream=JStream(source.stream, declare=False),
        pull_sub=PullSub(batch_size=source.most_at_once, timeout=FETCH_SECONDS),
        decoder=_raw(lambda message: message.raw_message.subject),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )
    subscriber(taking.take)
    return broker


def _rabbit(source: Source, taking: Taking) -> Any:
    """A durable queue; so many messages are under way as the channel is given before one is acknowledged."""
    from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

    channel = Channel(prefetch_count=source.most_at_once)
    broker = RabbitBroker(source.address, default_channel=channel, apply_types=False, logger=None)
    subscriber = broker.subscriber(
        RabbitQueue(source.name, durable=True),
        decoder=_raw(lambda message: message.raw_message.routing_key or source.name),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )
    subscriber(taking.take)
    return broker


def _kafka(source: Source, taking: Taking) -> Any:
    """A topic read in batches by a consumer group; offsets are committed once a batch is stored, never by a clock."""
    from faststream.kafka import KafkaBroker

    broker = KafkaBroker(urlsplit(source.address).netloc, apply_types=False, logger=None)
    subscriber = broker.subscriber(
        source.name,
        group_id=source.group,
        batch=True,
        max_records=source.most_at_once,
        auto_offset_reset="earliest",
        decoder=_records,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )

    async def take_all(batch: list[Raw]) -> None:
        await asyncio.gather(*(taking.take(raw) for raw in batch))

    subscriber(take_all)
    return broker


async def _records(message: StreamMessage[Any]) -> list[Raw]:
    return [Raw(record.topic, texts(dict(record.headers)), record.value or b"") for record in message.raw_message]


def _raw(address: Callable[[Any], str]) -> Callable[[StreamMessage[Any]], Any]:
    async def decoded(message: StreamMessage[Any]) -> Raw:
        headers = texts(message.headers)
        if message.content_type:
            headers.setdefault("content-type", message.content_type)
        return Raw(address(message), headers, message.body)

    return decoded


_BROKERS: Final = {"nats": _nats, "tls": _nats, "amqp": _rabbit, "amqps": _rabbit, "kafka": _kafka}
_EXTRAS: Final = {"nats": "nats", "tls": "nats", "amqp": "rabbit", "amqps": "rabbit", "kafka": "kafka"}
