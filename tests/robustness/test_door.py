"""The door: requests that come together share a transaction, and nobody notices but the disk."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from threading import Event
from typing import Any

import httpx2 as httpx
import pytest

from entrypoints.door import Door, DoorFullError
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence.errors import StoreBusyError
from service.batch import Result
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message
from tests.robustness.services import InThread
from tests.robustness.tellings import BATCH, paid
from workflows.words import Outcome


class Slow:
    """An ingest that waits to be let go, and writes down what each transaction was given."""

    def __init__(self) -> None:
        self.together: list[list[Any]] = []
        self.let_go = Event()
        self.fails: Exception | None = None

    def __call__(self, _desk: Desk, messages: Sequence[Message]) -> list[Result]:
        self.together.append([message.attributes for message in messages])
        assert self.let_go.wait(10)
        if self.fails is not None:
            error, self.fails = self.fails, None
            raise error
        return [Result(str(one.attributes), "/", Outcome.APPLIED, None, None) for one in messages]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def door(desk: Desk, slow: Slow) -> Door:
    return Door(desk, most_waiting=8, most_together=6, ingest=slow)


async def begun(coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    """The coroutine, run as far as it goes by itself."""
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    return task


def messages(*told: object) -> list[Message]:
    return [Message(one) for one in told]


async def told_while_one_is_stored(door: Door, slow: Slow, *requests: list[Message]) -> list[Any]:
    """What the requests are answered that come while the first of them is being stored, in order."""
    first = await begun(door.tell(requests[0]))
    while not slow.together:
        await asyncio.sleep(0.001)
    others = [await begun(door.tell(request)) for request in requests[1:]]
    slow.let_go.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def ids(answer: list[Result]) -> list[str | None]:
    return [result.id for result in answer]


def test_what_queues_while_a_commit_runs_makes_up_the_next(door: Door, slow: Slow) -> None:
    requests = messages(1), messages(2, 3), messages(4), messages(5)
    answers = asyncio.run(told_while_one_is_stored(door, slow, *requests))
    assert slow.together == [[1], [2, 3, 4, 5]]
    assert [ids(answer) for answer in answers] == [["1"], ["2", "3"], ["4"], ["5"]]
    assert door.waiting == 0


def test_those_who_come_again_together_are_joined_by_whoever_was_too_late(desk: Desk) -> None:
    together: list[int] = []

    def ingest(_desk: Desk, messages: Sequence[Message]) -> list[Result]:
        together.append(len(messages))
        time.sleep(0.05)
        return [Result(None, None, Outcome.APPLIED, None, None) for _ in messages]

    async def client(door: Door, late_by_seconds: float) -> None:
        await asyncio.sleep(late_by_seconds)
        for number in range(10):
            await door.tell(messages(number))
            await asyncio.sleep(0.002)  # as long as an answer and the next request are under way

    async def scene(clients: int) -> None:
        door = Door(desk, most_waiting=100, ingest=ingest)
        await asyncio.gather(*(client(door, 0.004 * number) for number in range(clients)))

    asyncio.run(scene(8))
    assert len(together) < 15 and max(together) == 8
    together.clear()
    asyncio.run(scene(1))
    assert together == [1] * 10


def test_a_transaction_is_bounded_and_a_request_is_never_split(door: Door, slow: Slow) -> None:
    requests = messages(*range(7)), messages(11, 12, 13, 14), messages(15, 16, 17), messages(18)
    asyncio.run(told_while_one_is_stored(door, slow, *requests))
    assert slow.together == [[0, 1, 2, 3, 4, 5, 6], [11, 12, 13, 14], [15, 16, 17, 18]]


def test_whoever_comes_when_too_many_wait_is_sent_away(door: Door, slow: Slow) -> None:
    requests = messages(0), messages(*range(1, 8)), messages(8, 9), messages(10)
    *_, away, last = asyncio.run(told_while_one_is_stored(door, slow, *requests))
    assert isinstance(away, DoorFullError)
    assert "7 events are waiting" in str(away)
    assert ids(last) == ["10"]


def test_a_database_that_fails_once_is_told_to_those_it_failed(door: Door, slow: Slow) -> None:
    slow.fails = StoreBusyError("busy")
    first, second, third = asyncio.run(told_while_one_is_stored(door, slow, messages(1), messages(2), messages(3)))
    assert isinstance(first, StoreBusyError)
    assert [ids(second), ids(third)] == [["2"], ["3"]]


def test_one_who_does_not_wait_for_the_answer_spoils_nothing(door: Door, slow: Slow) -> None:
    async def scene() -> list[Any]:
        gone = await begun(door.tell(messages(1)))
        gone.cancel()
        return await told_while_one_is_stored(door, slow, messages(2), messages(3))

    assert [ids(answer) for answer in asyncio.run(scene())] == [["2"], ["3"]]


def test_over_http_a_full_door_says_when_to_come_again(desk: Desk, clock: SetClock, slow: Slow) -> None:
    wired = Wired(desk, Settings(most_waiting_events=1), None, clock)
    wired.door.ingest = slow
    service = InThread(wired)
    try:
        answers = asyncio.run(_three_at_once(str(service.client.base_url), slow))
    finally:
        service.stop()
    assert sorted(status for status, _ in answers) == [200, 200, 429]
    (problem,) = [body for status, body in answers if status == 429]
    assert problem["code"] == "too_many_waiting"
    assert problem["retry_after"] == "1"


async def _three_at_once(address: str, slow: Slow) -> list[tuple[int, dict[str, Any]]]:
    """Three requests: one being stored, one waiting, and one for which there is no room."""
    async with httpx.AsyncClient(base_url=address) as client:

        async def send(number: int) -> tuple[int, dict[str, Any]]:
            answer = await client.post("/v1/events", json=[paid(f"r-{number}")], headers=BATCH)
            return answer.status_code, answer.json() | {"retry_after": answer.headers.get("retry-after")}

        sent = [asyncio.create_task(send(0))]
        while not slow.together:
            await asyncio.sleep(0.001)
        sent += [asyncio.create_task(send(number)) for number in (1, 2)]
        await asyncio.wait(sent[1:], return_when=asyncio.FIRST_COMPLETED)
        slow.let_go.set()
        return await asyncio.gather(*sent)


def test_many_at_once_get_their_own_answers_and_one_bad_event_spoils_nothing(desk: Desk, clock: SetClock) -> None:
    service = InThread(Wired(desk, Settings(), None, clock))
    try:
        results = asyncio.run(_sixty_four_at_once(str(service.client.base_url)))
    finally:
        service.stop()
    assert [one["resource_id"] for one in results] == [f"r-{number}" for number in range(64)]
    assert [one["outcome"] for one in results] == ["applied" if number % 7 else "rejected" for number in range(64)]


async def _sixty_four_at_once(address: str) -> list[dict[str, Any]]:
    """What becomes of 64 payments told at once, every seventh of them in a word that nobody knows."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:

        async def send(number: int) -> dict[str, Any]:
            event = paid(f"r-{number}") | ({} if number % 7 else {"type": "order.payed"})
            answer = await client.post("/v1/events", json=[event], headers=BATCH)
            result: dict[str, Any] = answer.json()["results"][0]
            return result

        return list(await asyncio.gather(*(send(number) for number in range(64))))
