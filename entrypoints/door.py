"""The door: what is told at the same time shares a transaction, and each teller gets an answer of its own.

Whatever queues while one commit runs makes up the next: nobody waits for company, and under load a commit, which costs
the disk the same for one event as for hundreds, is shared by many. A fixed pause before the commit loses at every load.
But those whom a commit has answered come again together, a moment after the next commit would have begun with the few
who were too late for the last. For that moment it is put off, so that all of them share it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from service.batch import Result
from service.desk import Desk
from service.ingest import Message, ingest

#: So many events share a transaction at most; what one request tells stays together, however much it is.
MOST_TOGETHER: Final = 1_000
RETRY_AFTER_SECONDS: Final = 1
#: How long those who were answered are given to come again, at most: so much of what their commit took, and, however
#: slow the disk was, never longer than this.
JOINING: Final = 0.5
MOST_JOINING_SECONDS: Final = 0.05

Ingest = Callable[[Desk, Sequence[Message]], list[Result]]


class DoorFullError(Exception):
    """More events wait than are let in; nothing of this request was taken."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} events are waiting to be stored; send these again after the time in Retry-After")


@dataclass(slots=True)
class _Told:
    messages: Sequence[Message]
    answer: "asyncio.Future[list[Result]]"


@dataclass(slots=True)
class Door:
    """Where events come in, of one process and one event loop.

    `waiting` counts the events not yet taken up; at most `most_waiting` are, and whoever comes then is asked to come
    again.
    """

    desk: Desk
    most_waiting: int
    most_together: int = MOST_TOGETHER
    ingest: Ingest = ingest
    waiting: int = 0
    _queue: "deque[_Told]" = field(default_factory=deque)
    _committing: "asyncio.Task[None] | None" = None
    _awaited: int = 0
    _joined: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, messages: Sequence[Message]) -> list[Result]:
        """What became of each message, in order, once it is stored. Raises DoorFullError, and what `ingest` raises."""
        if self.waiting and self.waiting + len(messages) > self.most_waiting:
            raise DoorFullError(self.waiting)
        told = _Told(messages, asyncio.get_running_loop().create_future())
        self._queue.append(told)
        self.waiting += len(messages)
        if len(self._queue) >= self._awaited:
            self._joined.set()
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return await told.answer

    async def _commit_all(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self._queue:
                taken, begun = self._taken(), clock()
                await self._commit(taken)
                await self._join(len(taken), min((clock() - begun) * JOINING, MOST_JOINING_SECONDS))
        finally:
            self._committing = None

    async def _join(self, requests: int, seconds: float) -> None:
        """Wait until as many requests have come as were just answered. Nobody waits for one that came alone."""
        if requests > 1 and len(self._queue) < requests:
            self._awaited = requests
            self._joined.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._joined.wait(), seconds)

    def _taken(self) -> list[_Told]:
        """The requests that share the next transaction, in the order in which they came."""
        taken = [self._queue.popleft()]
        events = len(taken[0].messages)
        while self._queue and events + len(self._queue[0].messages) <= self.most_together:
            taken.append(self._queue.popleft())
            events += len(taken[-1].messages)
        self.waiting -= events
        return taken

    async def _commit(self, taken: list[_Told]) -> None:
        messages = [message for told in taken for message in told.messages]
        try:
            results = iter(await asyncio.to_thread(self.ingest, self.desk, messages))
        except Exception as error:
            for told in taken:
                if not told.answer.done():
                    told.answer.set_exception(error)
            return
        for told in taken:
            own = [next(results) for _ in told.messages]
            if not told.answer.done():
                told.answer.set_result(own)
