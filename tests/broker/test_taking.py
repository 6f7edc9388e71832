"""Taking messages in, whichever broker they come through; and the brokers that are only played here."""

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest
from faststream.kafka import TestKafkaBroker
from faststream.rabbit import TestRabbitBroker
from sqlalchemy import text

from entrypoints.broker.sources import BadBrokerError, Source, broker_of
from entrypoints.broker.taking import Taking, messages_in
from entrypoints.door import Door
from persistence.errors import StoreBusyError, StoreError
from persistence.unreadable import Raw
from service import unreadable
from service.batch import Result
from service.clock import SystemClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.letters import ReasonMissingError, ResolvedAlreadyError
from service.opening import open_desk
from service.questions import NotFoundError
from tests.databases import quick_engine
from tests.robustness.tellings import paid, told
from workflows.products import CATALOGUE


class BusyError(StoreBusyError):
    """A database that is busy, and asks for no patience."""

    retry_after_seconds = 0


@pytest.fixture
def desk(any_database_url: str) -> Iterator[Desk]:
    desk = open_desk(quick_engine(any_database_url), CATALOGUE, [], SystemClock())
    yield desk
    desk.store.close()


@pytest.fixture
def taking(desk: Desk) -> Taking:
    return Taking(Door(desk, most_waiting=1))


def raw(value: object, **headers: str) -> Raw:
    return Raw("events", headers, json.dumps(value).encode())


def stored(desk: Desk) -> list[str]:
    with desk.store.reading() as connection:
        return list(connection.execute(text("SELECT id FROM resource ORDER BY id")).scalars())


@pytest.mark.parametrize("prefix", ["ce-", "CE-", "ce_", "cloudEvents:", "cloudEvents_"])
def test_attributes_are_found_under_every_binding(prefix: str) -> None:
    event = paid("r")
    headers = {f"{prefix}{name}": str(value) for name, value in event.items() if name != "data"}
    (message,) = messages_in(Raw("events", headers, json.dumps(event["data"]).encode()))
    assert message.attributes == event


@pytest.mark.parametrize("said", [{}, {"content-type": ""}, {"content-type": "application/json"}])
def test_a_body_speaks_for_itself_where_nothing_else_does(said: dict[str, str]) -> None:
    assert [one.attributes for one in messages_in(raw(paid("r"), **said))] == [paid("r")]
    assert [one.attributes for one in messages_in(raw([paid("r"), 1], **said))] == [paid("r"), 1]


def test_a_message_that_is_delivered_again_is_kept_once(desk: Desk, taking: Taking) -> None:
    bad = raw(told("order.payed", "r", "typo"))
    asyncio.run(_taken(taking, bad, bad, raw({"no": "event"})))
    asyncio.run(_taken(taking, bad))
    assert [one.reasons[0]["code"] for one in unreadable.waiting(desk)] == ["unknown_type", "malformed"]


async def _taken(taking: Taking, *messages: Raw) -> None:
    for message in messages:
        await taking.take(message)


def test_more_than_the_door_lets_in_wait_for_their_turn(desk: Desk, taking: Taking) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(taking.take(raw(paid(f"r-{number}"))) for number in range(5)))

    asyncio.run(all_at_once())
    assert stored(desk) == [f"r-{number}" for number in range(5)]


def test_a_database_that_fails_has_the_message_delivered_again(desk: Desk) -> None:
    failures: list[StoreError] = [BusyError("busy")]

    def failing(desk: Desk, messages: Sequence[Message]) -> list[Result]:
        if failures:
            raise failures.pop()
        return ingest(desk, messages)

    taking = Taking(Door(desk, most_waiting=10, ingest=failing))
    with pytest.raises(StoreBusyError):
        asyncio.run(taking.take(raw(paid("r"))))
    assert stored(desk) == []
    asyncio.run(taking.take(raw(paid("r"))))
    assert stored(desk) == ["r"]


def source(address: str, stream: str | None = None) -> Source:
    return Source(address, "events", "refundry", stream, 50, 30.0)


def test_events_come_through_rabbitmq(desk: Desk, taking: Taking) -> None:
    async def scene() -> None:
        broker = broker_of(source("amqp://127.0.0.1:5672"), taking)
        async with TestRabbitBroker(broker):
            await broker.publish(json.dumps(paid("structured")).encode(), "events")
            await broker.publish(b"not json", "events")
            event = paid("binary")
            headers = {f"cloudEvents:{name}": value for name, value in event.items() if name != "data"}
            await broker.publish(event["data"], "events", headers=headers)

    asyncio.run(scene())
    assert stored(desk) == ["binary", "structured"]
    assert [one.raw.body for one in unreadable.waiting(desk)] == [b"not json"]


def test_events_come_through_kafka(desk: Desk, taking: Taking) -> None:
    async def scene() -> None:
        broker = broker_of(source("kafka://127.0.0.1:9092"), taking)
        async with TestKafkaBroker(broker):
            bodies = [json.dumps(paid(f"r-{number}")).encode() for number in range(3)]
            await broker.publish_batch(*bodies, b"not json", topic="events")

    asyncio.run(scene())
    assert stored(desk) == ["r-0", "r-1", "r-2"]
    assert [one.raw.body for one in unreadable.waiting(desk)] == [b"not json"]


@pytest.mark.parametrize(
    ("address", "said"),
    [("redis://127.0.0.1", "is no broker"), ("events", "is no broker"), ("nats://127.0.0.1", "--stream")],
)
def test_a_broker_that_cannot_be_used_is_named(taking: Taking, address: str, said: str) -> None:
    with pytest.raises(BadBrokerError, match=said):
        broker_of(source(address), taking)


def test_a_message_is_sent_in_again_or_thrown_away_once(desk: Desk, taking: Taking) -> None:
    asyncio.run(_taken(taking, raw(told("refund.requested", "late", "ask")), raw({"no": "event"})))
    first, second = unreadable.waiting(desk)
    assert unreadable.retry(desk, first.id, "ann", messages_in(first.raw))[0].outcome == "rejected"
    asyncio.run(_taken(taking, raw(paid("late"))))
    assert unreadable.retry(desk, first.id, "ann", messages_in(first.raw))[0].outcome == "refused"
    with pytest.raises(ReasonMissingError):
        unreadable.discard(desk, second.id, "ann", " ")
    unreadable.discard(desk, second.id, "ann", "sent by a test")
    assert unreadable.waiting(desk) == []
    assert unreadable.view(desk, second.id).resolution == "discarded by ann: sent by a test"
    with pytest.raises(ResolvedAlreadyError):
        unreadable.discard(desk, first.id, "ann", "again")
    with pytest.raises(NotFoundError):
        unreadable.view(desk, 99)
