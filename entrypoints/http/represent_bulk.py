"""Bulk runs and their results as JSON."""

from typing import Any

from persistence.bulk import Item, Run
from workflows.instants import instant_text
from workflows.money import Money


def run_json(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "token": run.id,
        "status": run.status,
        "selection": run.selection,
        "as_of": instant_text(run.as_of),
        "count": run.count,
        "digest": run.digest,
        "previewed_by": run.previewed_by,
        "preview": run.preview,
        "requested_by": run.actor,
        "started_at": None if run.started_at is None else instant_text(run.started_at),
        "finished_at": None if run.finished_at is None else instant_text(run.finished_at),
        "done": run.done,
    }


def item_json(item: Item) -> dict[str, Any]:
    amount = None
    if item.currency is not None and item.amount_minor is not None:
        amount = Money(item.currency, item.amount_minor).to_json()
    return {
        "resource_id": item.resource_id,
        "foreseen": item.foreseen,
        "outcome": item.outcome,
        "refund_id": item.refund_id,
        "amount": amount,
        "reasons": list(item.reasons),
        "asked_at": None if item.asked_at is None else instant_text(item.asked_at),
    }
