"""Audit: what people decided and why, and whether the records are whole."""

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.problems import ProblemError, answered, bad_request
from entrypoints.http.state import Wired, WiredHere
from persistence.audit import KINDS, Decided, Place, Wanted
from service import audit
from service.questions import NotFoundError
from service.verification.data import Report
from service.verification.properties import Property
from workflows.instants import instant_text, parse_instant

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
HEADS: Final = 5
NAMES: Final = ("kind", "actor", "check", "resource")
#: Of each place decisions are kept in: the types of their key there.
KEYS: Final[Mapping[int, tuple[type, ...]]] = {0: (str, int), 1: (int,), 2: (int,), 3: (str,)}


@router.get("/audit", name="audit")
def shown(request: Request, here: WiredHere) -> HTMLResponse:
    """The trail; with `check=newest` or `resource=ID` also what a verification of those found just now."""
    told = {name: value for name in NAMES if (value := request.query_params.get(name, "").strip())}
    problem, report, items, status = None, None, list[Decided](), 200
    try:
        wanted = Wanted(parameters.one_of("kind", told.get("kind"), KINDS), parameters.text("actor", told.get("actor")))
        items = audit.trail(here.desk, wanted, _place(request.query_params.get("cursor") or None), ROWS + 1)
        report = _report(here, told)
    except (ProblemError, NotFoundError) as error:
        refusal = answered(error)
        problem, status = json.loads(bytes(refusal.body)), refusal.status_code
    following = _to_cursor(items[ROWS - 1].place) if len(items) > ROWS else ""
    return page(
        request,
        "audit.html",
        status=status,
        place="audit",
        told=told,
        kinds=KINDS,
        items=items[:ROWS],
        following=following,
        with_told=lambda **changes: addresses.address("audit", told | changes),
        report=report,
        properties=list(Property),
        histories=audit.histories(here.desk),
        newest=audit.NEWEST,
        heads=audit.heads(here.desk, HEADS),
        problem=problem,
    )


def _report(here: Wired, told: Mapping[str, str]) -> Report | None:
    resource = parameters.text("resource", told.get("resource"))
    if resource is not None:
        return audit.check_one(here.desk, resource)
    check = parameters.one_of("check", told.get("check"), ("newest",))
    return None if check is None else audit.check_newest(here.desk)


def _to_cursor(place: Place) -> str:
    return parameters.to_cursor(json.dumps([instant_text(place.at), place.rank, *place.key]))


def _place(cursor: str | None) -> Place | None:
    key = parameters.from_cursor(cursor)
    if key is None:
        return None
    try:
        told: list[Any] = json.loads(key)
        at, rank, *rest = told
        if tuple(type(one) for one in rest) != KEYS[rank]:
            raise ValueError
        return Place(parse_instant(at), rank, tuple(rest))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise bad_request("cursor must be the one of a neighbouring page of this list") from None
