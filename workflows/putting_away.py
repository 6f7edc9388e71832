"""Putting a resource's first rows away: what they amount to is kept, as the opening of the history that stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from workflows.history import PUT_AWAY, Opening, Row, after_row, fault
from workflows.instants import instant_text
from workflows.resource import whole
from workflows.words import REFUNDRY, Outcome

Refunds = Sequence[Mapping[str, Any]]


class UnsoundError(ValueError):
    """A row does not follow from those before it; the message says which, and what is wrong with it."""


def opening_behind(opening: Opening | None, rows: Sequence[Row], month: str, until: datetime) -> Opening:
    """The opening behind further rows, the next of one resource, the last of which were recorded in a month.

    Raises UnsoundError where they do not go on from the opening, or from the beginning without one.
    """
    last: Row | None = opening
    resource = None if opening is None else after_row(None, opening)
    refunds: Refunds = () if opening is None else opening.refunds
    for row in rows:
        wrong = fault(row, last)
        if wrong is not None:
            told = f"row {row.seq} of {row.resource_id}"
            raise UnsoundError(f"{told} does not follow: {wrong.what} {wrong.found}, where it must be {wrong.expected}")
        resource, refunds, last = after_row(resource, row), _told(refunds, row), row
    assert resource is not None and last is not None
    happened = [row.occurred_at for row in rows]
    reason = f"history recorded before {instant_text(until)} is put away"
    return Opening(
        resource_id=resource.id,
        seq=resource.seq,
        event=PUT_AWAY,
        outcome=Outcome.APPLIED,
        from_state=None,
        to_state=resource.state,
        occurred_at=max(happened if opening is None else [opening.occurred_at, *happened]),
        recorded_at=last.recorded_at,
        actor=REFUNDRY,
        source=REFUNDRY,
        event_id=f"{resource.id}:{PUT_AWAY}",
        data={"reason": reason, "month": month, "rows": resource.seq, "refunds": refunds},
        changes=whole(resource),
        reasons=(),
        definition=last.definition,
        previous_hash="",
        hash=resource.head,
    )


def _told(refunds: Refunds, row: Row) -> Refunds:
    """The refunds as a row leaves them: each as it stands, and since when and by which row it has its status."""
    told = row.changes.get("refund")
    if told is None:
        return refunds
    before = next((one for one in refunds if one["id"] == told["id"]), None)
    since = {"since": row.occurred_at.isoformat(timespec="microseconds"), "seq": row.seq}
    if before is not None and before["status"] == told["status"]:
        since = {name: before[name] for name in since}
    after = {"id": told["id"], "status": told["status"], "minor": told["amount_minor"], **since, "refund": told}
    return [*(one for one in refunds if one["id"] != told["id"]), after]
