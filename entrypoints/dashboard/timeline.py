"""Everything that happened to a resource, merged by when Refundry came to know it, newest first."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from entrypoints.http.represent import history_row
from persistence.attempts import Attempt
from persistence.happenings import Addressed, Waited
from service.dossier import Dossier
from workflows import values
from workflows.history import Row

CALLS = {"send": "Payment provider asked to pay", "ask": "Payment provider asked what became of it"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening. `look` and `of` say which pill it bears; `stored` is all that was kept of it.

    `at` is when it became known here, `happened_at` when it happened, where that is another moment.
    """

    at: datetime
    look: str
    of: str
    title: str
    code: str
    stored: Any
    by: str = ""
    happened_at: datetime | None = None
    moved: tuple[str, str] | None = None
    reasons: tuple[dict[str, Any], ...] = ()
    note: str = ""


def entries(dossier: Dossier) -> list[Entry]:
    """The happenings of a dossier, newest first."""
    return [entry for _, entry in sorted(_ranked(dossier), key=lambda ranked: ranked[0], reverse=True)]


def _ranked(dossier: Dossier) -> Iterator[tuple[tuple[datetime, int, int], Entry]]:
    """Each with its place: by time; of one instant a word told first, then what it did, then what followed."""
    for waited in dossier.waited:
        yield (waited.told.event.arrived_at, 0, waited.told.event.arrival or 0), _waited(waited)
    for row in dossier.rows:
        yield (row.recorded_at, 1, row.seq), of_row(row)
    for attempt in dossier.attempts:
        yield (attempt.started_at, 2, attempt.id or 0), _attempt(attempt)
    for told in dossier.deliveries:
        yield (told.delivery.created_at, 3, told.delivery.outbox_id), of_delivery(told)


def of_row(row: Row) -> Entry:
    moved = None if row.from_state in (None, row.to_state) else (str(row.from_state), row.to_state)
    return Entry(
        at=row.recorded_at,
        look=row.outcome.value,
        of="event",
        title=row.event,
        code=row.event,
        stored=history_row(row) | {"data": dict(row.data), "changes": dict(row.changes)},
        by=row.actor,
        happened_at=row.occurred_at if row.occurred_at != row.recorded_at else None,
        moved=moved,
        reasons=tuple(dict(reason) for reason in row.reasons),
        note=str(row.data.get("reason", "")),
    )


def _waited(waited: Waited) -> Entry:
    told = waited.told
    resolved = None if waited.resolved_at is None else waited.resolved_at.isoformat()
    return Entry(
        at=told.event.arrived_at,
        look="parked" if waited.resolved_at is not None else told.outcome,
        of="event",
        title=told.event.type,
        code=told.event.type,
        stored=values.asdict(told.event) | {"outcome": told.outcome, "resolved_at": resolved},
        by=told.event.source,
        happened_at=told.event.time if told.event.time != told.event.arrived_at else None,
        reasons=told.reasons,
        note=told.detail or "",
    )


def _attempt(attempt: Attempt) -> Entry:
    said = {} if attempt.said is None else dict(attempt.said)
    return Entry(
        at=attempt.started_at,
        look=attempt.reply or "unanswered",
        of="reply",
        title=CALLS.get(attempt.kind, "Payment provider told by itself"),
        code=attempt.kind,
        stored={name: getattr(attempt, name) for name in Attempt.__slots__} | {"said": said},
        by=attempt.destination,
    )


def of_delivery(told: Addressed) -> Entry:
    delivery = told.delivery
    return Entry(
        at=delivery.created_at,
        look=delivery.status,
        of="delivery",
        title=f"Hook told of {delivery.type}",
        code=delivery.type,
        stored=asdict(delivery) | {"payload": dict(delivery.payload), "url": told.url},
        by=told.url,
        note=f"{delivery.tries} tries" if delivery.tries > 1 else "",
    )
