"""The one write path for what other systems tell: a batch is one transaction, a single event a batch of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog

from persistence.errors import StoreError, StoreRefusedError
from persistence.resources import ConflictError
from service.batch import ARRIVES_LAST, Batch, Result
from service.desk import Desk
from service.record import log_rows
from workflows import reasons
from workflows.events import LONGEST_NAME, Event, RejectedError, read_event, unstorable
from workflows.reasons import Reason
from workflows.values import Value
from workflows.words import Outcome

ATTEMPTS: Final = 5
log = structlog.get_logger("refundry.ingest")


class Message(Value, frozen=True):
    """A CloudEvent's attributes and data as they came, and when they came; None: the moment the batch is taken up."""

    attributes: Any
    arrived_at: datetime | None = None


def ingest(desk: Desk, messages: Sequence[Message]) -> list[Result]:
    """What became of each message, in order. Events of one resource are taken in their order.

    The batch is stored whole or not at all; where the database refuses it, or an event breaks a decision, the batch
    is split until only that event fails, which is then rejected. Raises StoreError where the database cannot be used.
    """
    try:
        return _attempted(desk, messages)
    except Exception as error:
        if not _concerns_one_event(error):
            raise
        if len(messages) == 1:
            log.exception("event_failed", exc_info=error)
            return [_failed(messages[0], error)]
        middle = len(messages) // 2
        return ingest(desk, messages[:middle]) + ingest(desk, messages[middle:])


def _concerns_one_event(error: Exception) -> bool:
    """Whether an event may be to blame, so that the others can go through without it."""
    return not isinstance(error, StoreError | ConflictError)


def _attempted(desk: Desk, messages: Sequence[Message]) -> list[Result]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _in_one_transaction(desk, messages)
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
            log.warning("batch_conflict", attempt=attempt)
    raise AssertionError("unreachable")


def _in_one_transaction(desk: Desk, messages: Sequence[Message]) -> list[Result]:
    with desk.store.writing() as connection:
        now = desk.clock.now()
        read = [_read(desk, message, now, arrival) for arrival, message in enumerate(messages, ARRIVES_LAST)]
        events = [event for event in read if isinstance(event, Event)]
        subjects = list(dict.fromkeys(event.subject for event in events))
        batch = Batch.opened(desk, connection, subjects, {(event.source, event.id) for event in events})
        results = [batch.tell(one) if isinstance(one, Event) else one for one in read]
        batch.write(now)
    log_rows(batch.rows)
    return results


def _read(desk: Desk, message: Message, now: datetime, arrival: int) -> Event | Result:
    told = message.attributes
    if not isinstance(told, Mapping):
        return _rejected({}, Reason(reasons.MALFORMED, {"problem": "a CloudEvent is a JSON object"}))
    try:
        return read_event(told, message.arrived_at or now, desk.policy.catalogue, arrival)
    except RejectedError as error:
        return _rejected(told, error.reason)


def _rejected(told: Mapping[str, Any], reason: Reason) -> Result:
    id_, source, subject = (_text(told.get(name)) for name in ("id", "source", "subject"))
    return Result(id_, source, Outcome.REJECTED, subject, None, (reason,))


def _text(value: Any) -> str | None:
    """What can be said back of an attribute: a text that can be written and is no longer than one may be."""
    fits = isinstance(value, str) and len(value) <= LONGEST_NAME and unstorable(value) is None
    return value if fits else None


def _failed(message: Message, error: Exception) -> Result:
    told = message.attributes if isinstance(message.attributes, Mapping) else {}
    problem = "the database refused it" if isinstance(error, StoreRefusedError) else type(error).__name__
    return _rejected(told, Reason(reasons.UNPROCESSABLE, {"problem": problem}))
