"""Refunds asked for in bulk, from the list: first a preview, then the asking, which whoever started it may stop."""

from hashlib import sha256
from json import dumps

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses, criteria
from entrypoints.dashboard.bulk_runs import shown
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.forms import Fields, required
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward
from entrypoints.dashboard.resources import listed
from entrypoints.http.problems import bad_request
from entrypoints.http.state import Wired, WiredHere
from persistence.bulk import Run
from service import bulk, bulk_previews

router = APIRouter(include_in_schema=False)


@router.post("/bulk")
def preview(request: Request, here: WiredHere, actor: Actor, fields: Fields) -> Response:
    """See what asking for the selected resources, or for all that match, would come to; nothing is asked for."""
    form = dict(fields)
    told = criteria.told_in(form)
    ids = [addresses.decoded(value) for name, value in fields if name == "id"]
    try:
        run = _previewed(here, actor, required(form, "key"), told, ids, everything=form.get("all") == "matching")
    except TOLD as error:
        return listed(request, here, told, error=error)
    return onward(request, addresses.of_run(run.id))


@router.post("/bulk/{run_id:own_id}/start")
def start(request: Request, here: WiredHere, actor: Actor, run_id: str) -> Response:
    """Ask for what was previewed. The run is its own key: to press twice starts it once."""
    try:
        bulk.start(here.desk, run_id, actor, f"dashboard {run_id}", by_itself=True)
        _begun(here, run_id)
    except TOLD as error:
        return shown(request, here, run_id, error=error)
    return onward(request, addresses.address(addresses.of_run(run_id), {"done": "bulk-started"}))


@router.post("/bulk/{run_id:own_id}/stop")
def stop(request: Request, here: WiredHere, run_id: str) -> Response:
    """Leave the rest undone for now."""
    bulk.turn(here.desk, run_id, on=False)
    return onward(request, addresses.address(addresses.of_run(run_id), {"done": "bulk-stopped"}))


@router.post("/bulk/{run_id:own_id}/on")
def go_on(request: Request, here: WiredHere, run_id: str) -> Response:
    """Go on behind the last one that was done."""
    bulk.turn(here.desk, run_id, on=True)
    _begun(here, run_id)
    return onward(request, addresses.address(addresses.of_run(run_id), {"done": "bulk-on"}))


def _previewed(here: Wired, actor: str, key: str, told: dict[str, str], ids: list[str], *, everything: bool) -> Run:
    """The preview of a selection, made once for the form that was sent and what was selected in it."""
    filters = {name: value for name, value in told.items() if name != "sort"}
    run_id = sha256(dumps([key, actor, filters if everything else ids]).encode()).hexdigest()[:32]
    if not everything:
        return bulk_previews.preview(here.desk, ids, {"ids": len(set(ids))}, actor, run_id=run_id)
    if not filters:
        raise bad_request("nothing narrows the list, so every resource there is would match; choose a filter first")
    asked = criteria.understood(told, None, here.desk.policy.catalogue, here.desk.clock.now())
    run = bulk_previews.begin(here.desk, asked.wanted, {"filter": filters}, actor, run_id)
    return _begun(here, run.id)


def _begun(here: Wired, run_id: str) -> Run:
    """A first portion at once, so that a few are done when the page appears; all where nothing else goes on with it."""
    run = bulk.go_on(here.desk, run_id)
    while here.errands is None and run.at_work:
        run = bulk.go_on(here.desk, run_id)
    return run
