"""Events as they were told: all of them, those that wait, and those that have waited too long."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.problems import ProblemError, answered, bad_request
from entrypoints.http.state import Wired, WiredHere
from persistence.arrivals import Filter, Place
from persistence.inbox import Received
from persistence.tables import INBOX_OUTCOMES
from service import arrivals
from workflows.instants import instant_text, parse_instant
from workflows.intake import PARKED_FOR
from workflows.words import ORDER_PAID, REFUND_REQUESTED

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
KINDS: Final = ("inbox", "parked", "dead")
NAMES: Final = ("outcome", "type", "source", "subject")


@router.get("/events", name="events")
def events(request: Request, here: WiredHere) -> HTMLResponse:
    return listed(request, here, told_in(request.query_params))


def told_in(query: Mapping[str, str]) -> dict[str, str]:
    """What is asked of the list, blanks left out."""
    return {name: value for name in ("kind", *NAMES, "cursor") if (value := query.get(name, "").strip())}


def listed(
    request: Request,
    here: Wired,
    told: dict[str, str],
    *,
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    selected: tuple[str, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    """The list; `problem` is why an action was not done, and `typed` and `selected` what its form said."""
    try:
        context = _found(here, told)
    except ProblemError as error:
        refusal = answered(error)
        problem, status = json.loads(bytes(refusal.body)), refusal.status_code
        context = {"items": [], "known": frozenset(), "following": None, "looked_to": None}
    return page(
        request,
        "events.html",
        status=status,
        place="events",
        told=told,
        kind=told.get("kind") if told.get("kind") in KINDS else "inbox",
        waiting=arrivals.how_many_wait(here.desk),
        types=types_of(here),
        outcomes=INBOX_OUTCOMES,
        narrowed=any(name in told for name in NAMES),
        with_told=_changing(told),
        parked_for=PARKED_FOR,
        problem=problem,
        typed=typed or {},
        selected=selected,
        key=uuid4().hex,
        **context,
    )


def types_of(here: Wired) -> list[str]:
    """Every type of event that other systems may tell."""
    used = {name for product in here.desk.policy.catalogue for name in product.use_events}
    return [ORDER_PAID, REFUND_REQUESTED, *sorted(used)]


def _found(here: Wired, told: Mapping[str, str]) -> dict[str, Any]:
    kind = parameters.one_of("kind", told.get("kind"), KINDS) or "inbox"
    wanted = Filter(
        outcome=parameters.one_of("outcome", told.get("outcome"), INBOX_OUTCOMES) if kind == "inbox" else None,
        type=parameters.one_of("type", told.get("type"), types_of(here)),
        source=parameters.text("source", told.get("source")),
        subject=parameters.text("resource", told.get("subject")),
    )
    cursor = told.get("cursor")
    if kind == "inbox":
        leaf = arrivals.newest(here.desk, wanted, parameters.inbox_cursor(cursor), ROWS)
        following = None if leaf.following is None else parameters.to_cursor(str(leaf.following))
        return _context(here, list(leaf.items), following, leaf.looked_to)
    found = arrivals.waiting(here.desk, kind, wanted, _place(cursor), ROWS + 1)
    following = _to_cursor(found[ROWS - 1]) if len(found) > ROWS else None
    return _context(here, found[:ROWS], following, None)


def _context(here: Wired, items: list[Received], following: str | None, looked_to: int | None) -> dict[str, Any]:
    known = arrivals.known(here.desk, items)
    return {"items": items, "known": known, "following": following, "looked_to": looked_to}


def _changing(told: dict[str, str]) -> Callable[..., str]:
    """The list's address with some of what is told changed, from its first page on."""
    return lambda **changes: addresses.address("events", told | {"cursor": ""} | changes)


def _to_cursor(one: Received) -> str:
    return parameters.to_cursor(f"{instant_text(one.event.arrived_at)} {one.event.arrival}")


def _place(cursor: str | None) -> Place | None:
    key = parameters.from_cursor(cursor)
    if key is None:
        return None
    moment, _, number = key.partition(" ")
    try:
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            raise ValueError
        return Place(parse_instant(moment), int(number))
    except ValueError:
        raise bad_request("cursor must be the one of a neighbouring page of this list") from None
