"""Simulations as JSON, and a cohort's changed resources as lines of CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from service.simulations import Simulation
from workflows.comparing import Comparison
from workflows.eligibility import Answer
from workflows.history import Row
from workflows.instants import instant_text
from workflows.retelling import Retold
from workflows.supposing import Step

COLUMNS: Final = (
    "resource_id", "product", "account_id", "order_id", "paid_at", "currency", "turn",
    "before", "before_amount", "before_availability", "before_deadline_at", "before_refused_for",
    "after", "after_amount", "after_availability", "after_deadline_at", "after_refused_for",
)  # fmt: skip


def simulation(found: Simulation) -> dict[str, Any]:
    return {
        "resource_id": found.resource_id,
        "retold": None if found.retold is None else _retold(found.retold),
        "trace": [_step(step) for step in found.steps],
        "answers": [
            {"at": instant_text(one.at), "now": _answer(one.real), "if": _answer(one.supposed)} for one in found.answers
        ],
    }


def _answer(found: Answer | None) -> dict[str, Any] | None:
    return None if found is None else found.to_json()


def _step(step: Step) -> dict[str, Any]:
    refund = step.after.refund
    return {
        "event": step.event,
        "at": instant_text(step.at),
        "outcome": step.outcome.value,
        "waited": step.waited,
        "from": step.before.state,
        "to": step.after.state,
        "reasons": [reason.to_json() for reason in step.reasons],
        "detail": step.detail,
        "availability": step.answer.availability.value,
        "amount": None if step.answer.amount is None else step.answer.amount.to_json(),
        "window": step.answer.window.value,
        "deadline_at": instant_text(step.after.deadline_at),
        "refund_status": None if refund is None else refund.status.value,
    }


def _retold(told: Retold) -> dict[str, Any]:
    return {
        "rows": [_row(row) for row in told.rows],
        "dropped": [_row(row) for row in told.dropped],
        "unfitting": [{"event": event.type, "at": instant_text(event.time)} for event in told.unfitting],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "event": row.event,
        "at": instant_text(row.occurred_at),
        "outcome": row.outcome.value,
        "from": row.from_state,
        "to": row.to_state,
        "reasons": [dict(reason) for reason in row.reasons],
    }


def csv_lines(changed: Iterable[Comparison]) -> Iterator[str]:
    """The changed resources as CSV, a line each after the names of the columns; amounts in major units."""
    yield _line(COLUMNS)
    for one in changed:
        told = one.to_json()
        sides = [(side, told.pop(side)) for side in ("before", "after")]
        for side, upshot in sides:
            told |= {f"{side}_{name}": value for name, value in upshot.items()}
            told[side] = upshot["kind"]
            told[f"{side}_amount"] = upshot["amount"]["value"]
            told[f"{side}_refused_for"] = " ".join(upshot["refused_for"])
        yield _line([_harmless(told[name]) for name in COLUMNS])


def _harmless(value: str) -> str:
    """The value as a spreadsheet shows it: what it would take for a formula has an apostrophe in front."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _line(values: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()
