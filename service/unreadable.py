"""Messages of a broker that could not be used: kept, looked at, sent in again once they can be read, or thrown away."""

from collections.abc import Mapping, Sequence
from typing import Any

from persistence import unreadable
from persistence.unreadable import Kept, Raw
from service.batch import Result
from service.desk import Desk
from service.ingest import Message, ingest
from service.letters import ReasonMissingError, ResolvedAlreadyError
from service.questions import NotFoundError
from workflows.words import Outcome


def keep(desk: Desk, found: Sequence[tuple[Raw, Sequence[Mapping[str, Any]]]]) -> None:
    """Keep messages with the reasons why each was rejected."""
    with desk.store.writing() as connection:
        unreadable.keep(connection, found, desk.clock.now())


def waiting(desk: Desk, after: int = 0, limit: int = 100) -> Sequence[Kept]:
    """What nobody has resolved, oldest first."""
    with desk.store.reading() as connection:
        return unreadable.waiting(connection, after, limit)


def view(desk: Desk, id_: int) -> Kept:
    """One message. Raises NotFoundError."""
    with desk.store.reading() as connection:
        found = unreadable.kept(connection, id_)
    if found is None:
        raise NotFoundError(f"there is no unreadable message {id_}")
    return found


def retry(desk: Desk, id_: int, actor: str, messages: Sequence[Message]) -> list[Result]:
    """Take in what a message is read as now; one of whose events is rejected again stays.

    Raises NotFoundError, or ResolvedAlreadyError for one that no longer waits.
    """
    _waiting(view(desk, id_))
    results = ingest(desk, messages)
    if not any(result.outcome == Outcome.REJECTED for result in results):
        _resolve(desk, id_, f"sent in again by {actor}")
    return results


def discard(desk: Desk, id_: int, actor: str, reason: str) -> None:
    """Throw a message away. Raises NotFoundError, ReasonMissingError or ResolvedAlreadyError."""
    if not reason.strip():
        raise ReasonMissingError("say why the message is thrown away")
    _waiting(view(desk, id_))
    _resolve(desk, id_, f"discarded by {actor}: {reason.strip()}")


def _waiting(kept: Kept) -> None:
    if kept.resolved_at is not None:
        raise ResolvedAlreadyError(f"the message {kept.id} was resolved already: {kept.resolution}")


def _resolve(desk: Desk, id_: int, resolution: str) -> None:
    with desk.store.writing() as connection:
        if not unreadable.resolve(connection, id_, resolution, desk.clock.now()):
            raise ResolvedAlreadyError(f"the message {id_} was resolved already")
