"""What the log says of recorded changes: one line each, with ids and states, without data or payer."""

from collections.abc import Iterable
from logging import INFO

import structlog

from workflows.history import Row
from workflows.words import Outcome

log = structlog.get_logger("refundry.history")


def log_rows(rows: Iterable[Row]) -> None:
    """One line per transition or refusal, once it is committed."""
    if not log.is_enabled_for(INFO):
        return
    for row in rows:
        told = log.bind(resource_id=row.resource_id, seq=row.seq, event_type=row.event, event_id=row.event_id)
        codes = [reason["code"] for reason in row.reasons]
        if row.outcome == Outcome.REFUSED:
            told.info("refused", state=row.to_state, reasons=codes)
        else:
            told.info("transition", from_state=row.from_state, to_state=row.to_state)
