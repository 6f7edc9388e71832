"""Refunds asked for in bulk, after a preview, for exactly the resources that were previewed.

The asking goes the ordinary way, a portion at a time. What became of a portion is stored in the transaction that asked
for it, so a run that was interrupted goes on behind it and asks for nothing twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from persistence import bulk
from persistence.bulk import Item, Place, Run
from persistence.errors import StoreError, StoreRefusedError
from persistence.resources import ConflictError
from service import bulk_items, bulk_previews, refunds
from service.bulk_previews import is_too_old
from service.bulk_totals import Totals
from service.desk import Desk
from service.keyed import KeyReusedError
from service.questions import NotFoundError

PORTION: Final = 100
ATTEMPTS: Final = 5
log = structlog.get_logger("refundry.bulk")


class BulkConflictError(ValueError):
    """The preview cannot be carried out: it is too old, or was carried out under another key."""


def start(desk: Desk, token: str, actor: str, key: str, *, by_itself: bool = False) -> Run:
    """Begin to carry out a preview under an idempotency key, or find what was begun under it.

    `token` is the preview's id; `by_itself`: the service goes on with it. Raises NotFoundError, BulkConflictError, or
    KeyReusedError for a key that belongs to another run.
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
            started = replace(run, actor=actor, key=key, started_at=now, at_work=by_itself)
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


def go_on(desk: Desk, run_id: str) -> Run:
    """The next portion of what a run still needs: judging, or asking. Raises NotFoundError."""
    run = view(desk, run_id)
    if run.status == "judging":
        return bulk_previews.judge_some(desk, run_id)
    return _portion(desk, run_id, PORTION) if run.status == "running" else run


def turn(desk: Desk, run_id: str, *, on: bool) -> Run:
    """Have the service go on by itself with a run that is not finished, or stop doing so. Raises NotFoundError."""
    with desk.store.writing() as connection:
        run = _found(bulk.locked(connection, run_id), run_id)
        turned = replace(run, at_work=on and run.status in ("judging", "running"))
        bulk.save(connection, turned)
    return turned


def at_work(desk: Desk) -> list[str]:
    """The ids of the runs that the service goes on with by itself."""
    with desk.store.reading() as connection:
        return list(bulk.at_work(connection))


def runs(desk: Desk, after: Place | None, limit: int) -> list[Run]:
    """A page of previews and runs, newest first."""
    with desk.store.reading() as connection:
        return bulk.runs(connection, after, limit)


def view(desk: Desk, run_id: str) -> Run:
    """A run as it stands. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _found(bulk.find(connection, run_id), run_id)


def page(
    desk: Desk, run_id: str, outcome: str | None, after: int, limit: int, *, foreseen: str | None = None
) -> list[Item]:
    """A page of a run's resources, in the order in which they are asked for."""
    with desk.store.reading() as connection:
        return list(bulk.page(connection, run_id, outcome, after, limit, foreseen=foreseen))


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
            results = [bulk_items.failed(item, broken, now) for item in items]
        else:
            asked = refunds.ask(desk, connection, [item.resource_id for item in items], run.actor)
            results = [bulk_items.result(item, one, now) for item, one in zip(items, asked, strict=True)]
        done = Totals.from_json(run.done)
        for item in results:
            bulk_items.count(done, item, item.outcome or "")
        run = replace(run, done=done.to_json())
        if done.count == run.count:
            run = replace(run, finished_at=now, at_work=False)
        if results:
            bulk.resolve(connection, run_id, results)
        bulk.save(connection, run)
    return run


def _fit_to_start(run: Run | None, token: str, now: datetime) -> Run:
    run = _found(run, token)
    if run.started_at is not None:
        raise BulkConflictError("this preview was carried out already, by somebody else or under another key")
    if run.wanted is not None:
        raise BulkConflictError("this preview is still being made; wait until every resource of it is judged")
    if is_too_old(run, now):
        raise BulkConflictError("this preview is more than 24 hours old; make a new one")
    return run


def _found(run: Run | None, run_id: str) -> Run:
    if run is None:
        raise NotFoundError(f"there is no preview and no bulk run {run_id[:80]!r}")
    return run
