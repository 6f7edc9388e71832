"""History: the record that a resource's state is the fold of, and the chain of hashes that shows tampering."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from workflows.instants import instant_text
from workflows.resource import Payment, Resource, refund_from_json
from workflows.words import Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded change or refusal of a resource; never altered, never deleted.

    `occurred_at` is when it happened, `recorded_at` when it was written down. `changes` holds what it changed beside
    the state. `definition` is the content hash of the machine definition that decided it. `hash` covers every other
    member, and so the row before it; a row made without one is given its own.
    """

    resource_id: str
    seq: int
    event: str
    outcome: Outcome
    from_state: str | None
    to_state: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: str
    event_id: str
    data: Mapping[str, Any]
    changes: Mapping[str, Any]
    reasons: tuple[Mapping[str, Any], ...]
    definition: str
    previous_hash: str
    hash: str = ""

    def __post_init__(self) -> None:
        if not self.hash:
            object.__setattr__(self, "hash", content_hash(self))


def content_hash(row: Row) -> str:
    return hashlib.sha256(_ENCODER.encode(_COVERED(row)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a history row")


_COVERED: Final = attrgetter(*(name for name in Row.__slots__ if name != "hash"))
_ENCODER: Final = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fold(rows: Iterable[Row]) -> Resource | None:
    """The resource that these rows, from the first on and in order, amount to; None for no rows."""
    resource: Resource | None = None
    for _, after in unfolded(rows):
        resource = after
    return resource


def unfolded(rows: Iterable[Row]) -> Iterator[tuple[Row, Resource]]:
    """Each of these rows, from the first on and in order, with the resource as it stood behind it."""
    resource: Resource | None = None
    for row in rows:
        resource = _born(row) if resource is None else _changed(resource, row)
        yield row, resource


def first_break(rows: Iterable[Row]) -> Row | None:
    """The first row at which one resource's chain does not hold: a wrong number, link or hash; None if it holds."""
    expected_seq, previous = 1, ""
    for row in rows:
        if row.seq != expected_seq or row.previous_hash != previous or content_hash(row) != row.hash:
            return row
        expected_seq, previous = row.seq + 1, row.hash
    return None


def _born(row: Row) -> Resource:
    told = row.changes
    payment = Payment(**{**told["payment"], "paid_at": datetime.fromisoformat(told["payment"]["paid_at"])})
    return Resource(
        id=row.resource_id,
        payment=payment,
        rules_version=told["rules_version"],
        deadline_at=datetime.fromisoformat(told["deadline_at"]),
        late_until=datetime.fromisoformat(told["late_until"]),
        state=row.to_state,
        entered_at=row.occurred_at,
        facts=told["facts"],
        seq=row.seq,
        head=row.hash,
    )


def _changed(resource: Resource, row: Row) -> Resource:
    values = {name: _from_json(name, value) for name, value in row.changes.items()}
    if row.to_state != resource.state:
        values["entered_at"] = row.occurred_at
    return replace(resource, state=row.to_state, seq=row.seq, head=row.hash, **values)


def _from_json(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in ("remedied_at", "claimed_at"):
        return datetime.fromisoformat(value)
    return refund_from_json(value) if name == "refund" else value
