"""Doing a thing once per idempotency key, and answering the same again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from persistence import answered
from persistence.answered import Keyed
from persistence.store import Connection
from service.crash import point
from service.desk import Desk

CREATED: Final = 201
ACCEPTED: Final = 202


class KeyInUseError(Exception):
    """A request under this idempotency key is being answered now; try again shortly."""


class KeyReusedError(Exception):
    """This idempotency key was used for another body; another request needs a key of its own."""


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """What is answered; `replayed` where it was answered before."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


_under_way: set[tuple[str, str, str]] = set()
_lock = Lock()


def once(desk: Desk, request: Keyed, do: Callable[[Connection], KeyedAnswer]) -> KeyedAnswer:
    """Do it in one transaction with the note that it was done, unless it was; only what created something is kept.

    Raises KeyReusedError for another body under the same key, KeyInUseError while the same is being answered.
    """
    with _alone(request), desk.store.writing() as connection:
        if not answered.try_lock(connection, request):
            raise KeyInUseError(KeyInUseError.__doc__)
        stored = answered.find(connection, request)
        if stored is not None:
            if stored.body_digest != request.body_digest:
                raise KeyReusedError(KeyReusedError.__doc__)
            return KeyedAnswer(stored.status, stored.answer, replayed=True)
        reply = do(connection)
        if reply.status in (CREATED, ACCEPTED):
            answered.store(connection, request, reply.status, reply.body, desk.clock.now())
    point("asked")
    return reply


@contextmanager
def _alone(request: Keyed) -> Iterator[None]:
    place = (request.actor, request.path, request.key)
    with _lock:
        if place in _under_way:
            raise KeyInUseError(KeyInUseError.__doc__)
        _under_way.add(place)
    try:
        yield
    finally:
        with _lock:
            _under_way.discard(place)
