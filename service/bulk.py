"""Refunds asked for in bulk: first a preview, then the asking, for exactly the resources that were previewed.

The asking goes the ordinary way, a portion at a time. What became of a portion is stored in the transaction that asked
for it, so a run that was interrupted goes on behind it and asks for nothing twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import structlog

from persistence import bulk
from persistence.bulk import Item, Run
from persistence.errors import StoreError, StoreRefusedError
from persistence.resources import ConflictError
from service import refunds
from service.bulk_totals import Totals
from service.desk import Desk
from service.keyed import KeyReusedError
from service.questions import NotFoundError
from service.refunds import Asked
from service.selections import Judged, Selection, judged
from workflows import reasons
from workflows.money import Money
from workflows.reasons import Reason
from workflows.words import Availability, RefundStatus

PORTION: Final = 100
MOST_RESOURCES: Final = 100_000
PREVIEWS_KEPT: Final = timedelta(hours=24)
ATTEMPTS: Final = 5
_FORESEEN: Final = {Availability.AVAILABLE: "at_once", Availability.REVIEW_REQUIRED: "in_review"}
log = structlog.get_logger("refundry.bulk")


class BulkError(ValueError):
    """The selection cannot be taken; the message says what would be right."""


class BulkConflictError(ValueError):
    """The preview cannot be carried out: it is too old, or was carried out under another key."""


def preview(desk: Desk, selection: Selection, told: dict[str, Any], actor: str, most: int = MOST_RESOURCES) -> Run:
    """Judge every resource of a selection, ask for nothing, and keep what was seen for 24 hours.

    `told` is the selection as it was put. Raises BulkError for one of nothing, or of more than `most`.
    """
    now = desk.clock.now()
    items: list[Item] = []
    foreseen, done = Totals(), Totals()
    for one in judged(desk, selection, now):
        if len(items) == most:
            raise BulkError(f"more than {most} resources are selected; narrow the selection")
        item = _foreseen(len(items), one)
        _count(foreseen, item, item.foreseen)
        if item.outcome is not None:
            _count(done, item, item.outcome)
        items.append(item)
    if not items:
        raise BulkError("no resource is selected")
    digest = sha256("\n".join(item.resource_id for item in items).encode()).hexdigest()
    run = Run(uuid4().hex, told, now, len(items), digest, actor, foreseen.to_json(), done.to_json())
    with desk.store.writing() as connection:
        bulk.forget_previews(connection, now - PREVIEWS_KEPT)
        bulk.add(connection, run, items)
    return run


def start(desk: Desk, token: str, actor: str, key: str) -> Run:
    """Begin to carry out a preview under an idempotency key, or find what was begun under it.

    `token` is the preview's id. Raises NotFoundError, BulkConflictError, or KeyReusedError for a key that belongs to
    another run.
    """
    try:
        with desk.store.writing() as connection:
            now = desk.clock.now()
            run = bulk.locked(connection, token)
            begun = bulk.under_key(connection, actor, key)
            if begun is not None and begun.id != token:
                raise KeyReusedError(KeyReusedError.__doc__)
            if begun is not None:
                return begun
            run = _fit_to_start(run, token, now)
            started = replace(run, actor=actor, key=key, started_at=now)
            bulk.save(connection, started)
            return started
    except StoreRefusedError:
        raise KeyReusedError(KeyReusedError.__doc__) from None


def carry_on(desk: Desk, run_id: str, portion: int = PORTION) -> Iterator[Run]:
    """Ask for what has not been asked for yet; the run as it stands after each portion. Raises NotFoundError."""
    while True:
        run = _portion(desk, run_id, portion)
        yield run
        if run.finished_at is not None:
            return


def view(desk: Desk, run_id: str) -> Run:
    """A run as it stands. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _found(bulk.find(connection, run_id), run_id)


def page(desk: Desk, run_id: str, outcome: str | None, after: int, limit: int) -> list[Item]:
    """A page of a run's resources, in the order in which they are asked for."""
    with desk.store.reading() as connection:
        return list(bulk.page(connection, run_id, outcome, after, limit))


def _portion(desk: Desk, run_id: str, size: int) -> Run:
    """Ask for the next few. Where asking breaks down, for fewer; a resource that breaks it down alone has failed."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _in_one_transaction(desk, run_id, size)
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
        except (StoreError, NotFoundError, BulkConflictError):
            raise
        except Exception as error:
            if size > 1:
                return _portion(desk, run_id, size // 2)
            log.exception("bulk_resource_failed", run=run_id, exc_info=error)
            return _in_one_transaction(desk, run_id, 1, error)
    raise AssertionError("unreachable")


def _in_one_transaction(desk: Desk, run_id: str, size: int, broken: Exception | None = None) -> Run:
    with desk.store.writing() as connection:
        run = _found(bulk.locked(connection, run_id), run_id)
        if run.actor is None:
            raise BulkConflictError("the preview has not been started")
        if run.finished_at is not None:
            return run
        now = desk.clock.now()
        items = bulk.waiting(connection, run_id, size)
        if broken is not None:
            results = [_failed(item, broken, now) for item in items]
        else:
            asked = refunds.ask(desk, connection, [item.resource_id for item in items], run.actor)
            results = [_result(item, one, now) for item, one in zip(items, asked, strict=True)]
        done = Totals.from_json(run.done)
        for item in results:
            _count(done, item, item.outcome or "")
        run = replace(run, done=done.to_json(), finished_at=now if done.count == run.count else None)
        if results:
            bulk.resolve(connection, run_id, results)
        bulk.save(connection, run)
    return run


def _fit_to_start(run: Run | None, token: str, now: datetime) -> Run:
    run = _found(run, token)
    if run.started_at is not None:
        raise BulkConflictError("this preview was carried out already, by somebody else or under another key")
    if run.as_of <= now - PREVIEWS_KEPT:
        raise BulkConflictError("this preview is more than 24 hours old; make a new one")
    return run


def _found(run: Run | None, run_id: str) -> Run:
    if run is None:
        raise NotFoundError(f"there is no preview and no bulk run {run_id[:80]!r}")
    return run


def _foreseen(position: int, one: Judged) -> Item:
    if one.answer is None:
        unknown = Reason(reasons.UNKNOWN_RESOURCE, {"subject": one.resource_id})
        return Item(position, one.resource_id, "refused", "refused", reasons=(unknown.to_json(),))
    outcome = _FORESEEN.get(one.answer.availability, "refused")
    said = tuple(reason.to_json() for reason in one.answer.reasons)
    money = one.answer.amount if one.answer.accepted else None
    return _with(Item(position, one.resource_id, outcome), money, said)


def _result(item: Item, asked: Asked, now: datetime) -> Item:
    said = tuple(reason.to_json() for reason in asked.result.reasons)
    refund = asked.resource.refund
    if not asked.accepted or refund is None:
        return _with(replace(item, outcome="refused", asked_at=now), None, said)
    outcome = "in_review" if refund.status == RefundStatus.IN_REVIEW else "at_once"
    resolved = replace(item, outcome=outcome, refund_id=refund.id, asked_at=now)
    return _with(resolved, asked.resource.money(refund.amount_minor), said)


def _failed(item: Item, error: Exception, now: datetime) -> Item:
    said = Reason(reasons.UNPROCESSABLE, {"problem": type(error).__name__}).to_json()
    return _with(replace(item, outcome="failed", asked_at=now), None, (said,))


def _with(item: Item, money: Money | None, said: tuple[dict[str, Any], ...]) -> Item:
    if money is None:
        return replace(item, currency=None, amount_minor=None, reasons=said)
    return replace(item, currency=money.currency, amount_minor=money.minor, reasons=said)


def _count(totals: Totals, item: Item, group: str) -> None:
    """Take an item into totals; of reasons, only those that say no are counted."""
    paid = None if item.currency is None or item.amount_minor is None else Money(item.currency, item.amount_minor)
    totals.add(group, paid, (reason["code"] for reason in item.reasons if group in ("refused", "failed")))
