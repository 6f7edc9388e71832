"""Refusals: why refunds fail, how often, of what, and each of them by its reason."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses
from entrypoints.dashboard.advice import advice_of
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.refusals import refusal_place
from entrypoints.http.state import Wired, WiredHere
from persistence.refusals import Filter, Place
from service import refusal_overview
from service.refusal_overview import Leaf, Overview
from service.refusals import BadQuestionError
from workflows.instants import instant_text

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
#: How far back the page looks, in days, and what that is called.
PERIODS: Final = {"1": "Today", "7": "7 days", "30": "30 days", "90": "90 days"}
DEFAULT: Final = "30"
LINES: Final = 3


@router.get("/refusals", name="refusals")
def refusals(request: Request, here: WiredHere) -> HTMLResponse:
    """The reasons of a period; with a reason, the refusals in which it stood."""
    told = {
        name: value for name in ("days", "product", "reason") if (value := request.query_params.get(name, "").strip())
    }
    try:
        days = parameters.one_of("days", told.get("days", DEFAULT), PERIODS) or DEFAULT
        found = refusal_overview.overview(here.desk, int(days), told.get("product"))
        leaf = _leaf(here, told, found.since, refusal_place(request.query_params.get("cursor") or None))
    except (ProblemError, BadQuestionError) as error:
        refusal = answered(error)
        problem = json.loads(bytes(refusal.body))
        return _shown(request, here, told, status=refusal.status_code, problem=problem, overview=None, leaf=None)
    return _shown(request, here, told, overview=found, leaf=leaf, lines=_lines(found))


def _leaf(here: Wired, told: Mapping[str, str], since: datetime, after: Place | None) -> Leaf | None:
    reason = told.get("reason")
    if reason is None:
        return None
    wanted = Filter(reason=reason, product=told.get("product"), recorded_from=since)
    return refusal_overview.leaf(here.desk, wanted, after, ROWS)


def _lines(found: Overview) -> list[dict[str, Any]]:
    """What the chart draws: the most frequent reasons, and all others together."""
    codes = list(found.of)
    others = codes[LINES:]
    lines = [_line(advice_of(code).sentence.rstrip("."), found, [code]) for code in codes[:LINES]]
    return lines + ([_line("Others", found, others)] if others else [])


def _line(label: str, found: Overview, codes: list[str]) -> dict[str, Any]:
    values = [sum(found.over_time[code][span] for code in codes) for span in found.spans]
    return {"label": label, "values": values}


def _shown(request: Request, here: Wired, told: dict[str, str], status: int = 200, **context: Any) -> HTMLResponse:
    leaf: Leaf | None = context["leaf"]
    return page(
        request,
        "refusals.html",
        status=status,
        place="refusals",
        told=told,
        days=told.get("days", DEFAULT) if told.get("days", DEFAULT) in PERIODS else DEFAULT,
        periods=PERIODS,
        products={product.key: product for product in here.desk.policy.catalogue},
        advice_of=advice_of,
        with_told=_changing(told),
        following=None if leaf is None or leaf.following is None else _to_cursor(leaf.following),
        **{"problem": None, "lines": []} | context,
    )


def _changing(told: dict[str, str]) -> Callable[..., str]:
    """The page's address with some of what is told changed."""
    return lambda **changes: addresses.address("refusals", told | changes)


def _to_cursor(place: Place) -> str:
    return parameters.to_cursor(f"{instant_text(place.recorded_at)} {place.seq} {place.resource_id}")
