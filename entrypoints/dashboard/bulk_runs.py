"""Bulk runs: what a preview comes to, how far its refunds have been asked for, and what became of each resource."""

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses
from entrypoints.dashboard.chips import chips
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.problems import answered, bad_request
from entrypoints.http.state import Wired, WiredHere
from persistence.bulk import Item, Place, Run
from persistence.bulk_tables import BULK_OUTCOMES
from service import bulk
from service.bulk_previews import is_too_old
from service.bulk_totals import Group, Totals
from workflows.instants import instant_text, parse_instant
from workflows.money import Money

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
ACCEPTED: Final = ("at_once", "in_review")


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome: how many were foreseen for it with their money, and how many it has become so far."""

    key: str
    foreseen: int
    foreseen_money: list[Money]
    done: int
    done_money: list[Money]


@router.get("/bulk", name="bulk-runs")
def runs(request: Request, here: WiredHere, cursor: str | None = None) -> HTMLResponse:
    """Every preview that is still good, and every run, newest first."""
    found = bulk.runs(here.desk, _place(cursor), ROWS + 1)
    links = {}
    if len(found) > ROWS:
        last = found[ROWS - 1]
        key = parameters.to_cursor(f"{instant_text(last.as_of)} {last.id}")
        links["after"] = addresses.address("bulk", {"cursor": key})
    rows = [(run, standing(run), _total(Totals.from_json(run.preview))[1]) for run in found[:ROWS]]
    return page(request, "bulk.html", place="resources", rows=rows, links=links, first=cursor is None)


@router.get("/bulk/{run_id:own_id}", name="bulk-run")
def run(request: Request, here: WiredHere, run_id: str, outcome: str = "", cursor: str | None = None) -> HTMLResponse:
    return shown(request, here, run_id, outcome, cursor)


def shown(
    request: Request,
    here: Wired,
    run_id: str,
    outcome: str = "",
    cursor: str | None = None,
    *,
    error: Exception | None = None,
) -> HTMLResponse:
    """The page; `error` is why an action was not done. Raises NotFoundError."""
    problem = None if error is None else answered(error)
    wanted = parameters.one_of("outcome", outcome or None, BULK_OUTCOMES)
    run = bulk.view(here.desk, run_id)
    chosen = {"foreseen" if run.started_at is None else "outcome": wanted}
    found = bulk.page(
        here.desk, run_id, chosen.get("outcome"), parameters.position_cursor(cursor), ROWS + 1,
        foreseen=chosen.get("foreseen"),
    )  # fmt: skip
    context: dict[str, Any] = {
        "problem": None if problem is None else json.loads(bytes(problem.body)),
        "run": run,
        "standing": standing(run),
        "lines": lines(run),
        "total": _total(Totals.from_json(run.preview)),
        "done": _total(Totals.from_json(run.done)),
        "reasons": Totals.from_json(run.preview if run.started_at is None else run.done).reasons.most_common(),
        "chips": chips(run.selection.get("filter", {}), here.desk.policy.catalogue),
        "items": [(item, money_of(item)) for item in found[:ROWS]],
        "links": _links(run_id, outcome, found),
        "first": cursor is None,
        "outcome": wanted,
        "too_old": run.status == "previewed" and is_too_old(run, here.desk.clock.now()),
        "quoted_actor": shlex.quote(run.actor or run.previewed_by),
    }
    status = 200 if problem is None else problem.status_code
    return page(request, "bulk_run.html", status=status, place="resources", **context)


def standing(run: Run) -> str:
    """Where a run stands; one that is not finished, and that the service does not go on with, is stopped."""
    return "stopped" if run.status in ("judging", "running") and not run.at_work else run.status


def lines(run: Run) -> list[Line]:
    """The outcomes that were foreseen or have come about, in one order."""
    foreseen, done = Totals.from_json(run.preview).groups, Totals.from_json(run.done).groups
    none = Group()
    return [
        Line(key, seen.count, _sums([seen]), came.count, _sums([came]))
        for key in BULK_OUTCOMES
        if (seen := foreseen.get(key, none)).count + (came := done.get(key, none)).count
    ]


def money_of(item: Item) -> Money | None:
    if item.currency is None or item.amount_minor is None:
        return None
    return Money(item.currency, item.amount_minor)


def _total(totals: Totals) -> tuple[int, list[Money]]:
    """How many are accepted, and the money that they come to."""
    accepted = [totals.groups[key] for key in ACCEPTED if key in totals.groups]
    return sum(group.count for group in accepted), _sums(accepted)


def _sums(groups: Iterable[Group]) -> list[Money]:
    minor = sum((group.minor for group in groups), start=Group().minor)
    return [Money(currency, minor[currency]) for currency in sorted(minor)]


def _links(run_id: str, outcome: str, found: list[Item]) -> dict[str, str]:
    if len(found) <= ROWS:
        return {}
    cursor = parameters.to_cursor(str(found[ROWS - 1].position))
    return {"after": addresses.address(addresses.of_run(run_id), {"outcome": outcome, "cursor": cursor})}


def _place(cursor: str | None) -> Place | None:
    key = parameters.from_cursor(cursor)
    if key is None:
        return None
    moment, _, run_id = key.partition(" ")
    try:
        return Place(parse_instant(moment), run_id)
    except ValueError:
        raise bad_request("cursor must be the one of a neighbouring page of this list") from None
