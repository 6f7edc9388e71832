"""Previews of refunds asked for in bulk: every resource of a selection is judged, and nothing is asked for.

A few are judged at once. All that a filter lets through may be more than a request can wait for: they are judged a
portion at a time, each kept in a transaction of its own, so that whoever goes on does so behind the last one.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

from persistence import bulk
from persistence.bulk import Item, Run
from persistence.errors import StoreRefusedError
from persistence.listing import Filter
from service import bulk_items
from service.bulk_totals import Totals
from service.desk import Desk
from service.questions import NotFoundError
from service.selections import Judged, Selection, judged, page_within
from workflows.instants import instant_text, parse_instant

PORTION: Final = 1000
MOST_RESOURCES: Final = 100_000
PREVIEWS_KEPT: Final = timedelta(hours=24)


class BulkError(ValueError):
    """The selection cannot be taken; the message says what would be right."""


def preview(
    desk: Desk,
    selection: Selection,
    told: dict[str, Any],
    actor: str,
    most: int = MOST_RESOURCES,
    run_id: str | None = None,
) -> Run:
    """Judge every resource of a selection now, and keep what was seen for 24 hours.

    `told` is the selection as it was put. Where there is a run of this id, it is that. Raises BulkError for a
    selection of nothing, or of more than `most`.
    """
    now = desk.clock.now()
    some: list[Judged] = []
    for one in judged(desk, selection, now):
        if len(some) == most:
            raise BulkError(f"more than {most} resources are selected; narrow the selection")
        some.append(one)
    if not some:
        raise BulkError("no resource is selected")
    run, items = _with(_new(run_id or uuid4().hex, told, now, actor), some)
    return _kept(desk, replace(run, digest=_digest(item.resource_id for item in items)), items)


def begin(desk: Desk, wanted: Filter, told: dict[str, Any], actor: str, run_id: str) -> Run:
    """Begin to judge all that a filter lets through now, or find what was begun under this id.

    The service goes on with it by itself.
    """
    now = desk.clock.now()
    kept = {name: _as_json(value) for name, value in asdict(replace(wanted, at=now)).items() if value is not None}
    return _kept(desk, replace(_new(run_id, told, now, actor), wanted=kept, at_work=True), [])


def judge_some(desk: Desk, run_id: str, portion: int = PORTION) -> Run:
    """Judge the next few of a preview that is still being made. Raises NotFoundError."""
    with desk.store.writing() as connection:
        run = bulk.locked(connection, run_id)
        if run is None:
            raise NotFoundError(f"there is no preview {run_id[:80]!r}")
        if run.wanted is None:
            return run
        some = page_within(desk, connection, _filter(run.wanted), bulk.last_id(connection, run_id), portion)
        run, items = _with(run, some)
        bulk.add_items(connection, run_id, items)
        if len(some) < portion:
            run = replace(run, digest=_digest(bulk.ids(connection, run_id)), wanted=None, at_work=False)
        bulk.save(connection, run)
    return run


def is_too_old(run: Run, now: datetime) -> bool:
    """Whether a preview is no longer good to be carried out."""
    return run.as_of <= now - PREVIEWS_KEPT


def _new(run_id: str, told: dict[str, Any], now: datetime, actor: str) -> Run:
    nothing = Totals().to_json()
    return Run(run_id, told, now, 0, "", actor, nothing, nothing)


def _with(run: Run, some: Iterable[Judged]) -> tuple[Run, list[Item]]:
    """The run with some more that were judged, and what is foreseen of these."""
    foreseen, done = Totals.from_json(run.preview), Totals.from_json(run.done)
    items = [bulk_items.foreseen(position, one) for position, one in enumerate(some, run.count)]
    for item in items:
        bulk_items.count(foreseen, item, item.foreseen)
        if item.outcome is not None:
            bulk_items.count(done, item, item.outcome)
    count = run.count + len(items)
    return replace(run, count=count, preview=foreseen.to_json(), done=done.to_json()), items


def _kept(desk: Desk, run: Run, items: list[Item]) -> Run:
    try:
        with desk.store.writing() as connection:
            bulk.forget_previews(connection, run.as_of - PREVIEWS_KEPT)
            known = bulk.find(connection, run.id)
            if known is None:
                bulk.add(connection, run, items)
            return known or run
    except StoreRefusedError:
        with desk.store.reading() as connection:
            known = bulk.find(connection, run.id)
        if known is None:
            raise
        return known


def _digest(ids: Iterable[str]) -> str:
    digest, between = sha256(), ""
    for id_ in ids:
        digest.update(f"{between}{id_}".encode())
        between = "\n"
    return digest.hexdigest()


def _as_json(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else value


def _filter(kept: dict[str, Any]) -> Filter:
    closing = kept.get("closing_before")
    filter_ = Filter(**kept)
    return replace(
        filter_, at=parse_instant(kept["at"]), closing_before=None if closing is None else parse_instant(closing)
    )
