"""History: the record that a resource's state is the fold of, and the chain of hashes that shows tampering."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from workflows.canonical import canonical
from workflows.resource import CHANGING, Payment, Resource, refund_from_json
from workflows.values import Value, force_setattr, replace
from workflows.words import Outcome

#: The event of the row that stands in place of rows that were put away.
PUT_AWAY: Final = "history.put_away"
#: Stands for the hash in a life that is only supposed: it is never stored, so nobody could tamper with it.
UNCHAINED: Final = "unchained"


class Row(Value, frozen=True):
    """One recorded change or refusal of a resource; never altered, never deleted.

    `occurred_at` is when it happened, `recorded_at` when it was written down. `changes` holds what it changed beside
    the state. `definition` is the content hash of the machine definition that decided it. `hash` covers every other
    member, and so the row before it; a row made without one is given its own. The rows of a life that is only supposed
    have UNCHAINED in its place.
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
            force_setattr(self, "hash", content_hash(self))


class Opening(Row, frozen=True):
    """Stands where a resource's history begins now, in place of its first rows, which were put away.

    It has the number and the hash of the last of them, so that the chain goes on from it. `changes` is all that they
    amount to, `occurred_at` the latest instant at which one of them happened. It is made from what was kept when they
    were put away, and no row of the history table can pass for one.
    """

    @property
    def refunds(self) -> Sequence[Mapping[str, Any]]:
        """The refunds that the rows told of, each as it stood and since when."""
        told: Sequence[Mapping[str, Any]] = self.data["refunds"]
        return told


class PutAwayError(LookupError):
    """What was asked needs history that was put away; the message says up to when, and what can be asked instead."""


def what_is_missing(rows: Sequence[Row]) -> str | None:
    """What has to be said of a history whose beginning was put away; None of one that is whole."""
    return str(rows[0].data["reason"]) if rows and isinstance(rows[0], Opening) else None


def content_hash(row: Row) -> str:
    return hashlib.sha256(canonical(_COVERED(row))).hexdigest()


_COVERED: Final = attrgetter(*(name for name in Row.__struct_fields__ if name != "hash"))


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
        resource = after_row(resource, row)
        yield row, resource


def after_row(resource: Resource | None, row: Row) -> Resource:
    """The resource behind one further row of its history; None stands before the first."""
    if isinstance(row, Opening):
        return _reopened(row)
    return _born(row) if resource is None else _changed(resource, row)


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a row does not follow from the row before it: its number, its link or its hash."""

    what: str
    expected: str
    found: str


def first_break(rows: Iterable[Row]) -> Row | None:
    """The first row at which one resource's chain does not hold: a wrong number, link or hash; None if it holds."""
    before: Row | None = None
    for row in rows:
        if fault(row, before) is not None:
            return row
        before = row
    return None


def fault(row: Row, before: Row | None) -> Fault | None:
    """What is wrong with a row behind the one before it; None if the chain holds here, or goes on from an opening."""
    if before is None and isinstance(row, Opening):
        return None
    seq, link = (1, "") if before is None else (before.seq + 1, before.hash)
    if row.seq != seq:
        return Fault("number", str(seq), str(row.seq))
    if row.previous_hash != link:
        return Fault("link", link or "no row before it", row.previous_hash or "no row before it")
    right = content_hash(row)
    return None if row.hash == right else Fault("hash", right, row.hash)


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


def _reopened(row: Opening) -> Resource:
    told = dict(row.changes)
    entered_at = datetime.fromisoformat(told.pop("entered_at"))
    changing = {name: _from_json(name, told[name]) for name in CHANGING}
    return replace(_born(row), entered_at=entered_at, **changing)


def _changed(resource: Resource, row: Row) -> Resource:
    if not row.changes and row.to_state == resource.state:
        return resource.recorded(row.seq, row.hash, resource.entered_at)
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
