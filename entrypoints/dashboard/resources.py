"""Refund management: every purchased resource, narrowed, put in order and leafed through."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses, criteria
from entrypoints.dashboard.chips import chips
from entrypoints.dashboard.criteria import Criteria
from entrypoints.dashboard.rendering import page
from entrypoints.dashboard.saved import offered
from entrypoints.http.filters import NAMES
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.state import Wired, WiredHere
from persistence.browsing import MOST_COUNTED, Kind, Mark, Page
from service import browsing
from workflows.money import AmountError
from workflows.words import STATES, Availability, Window

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
FACETS: Final = ("product", "state", "availability", "window", "currency")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many resources each choice of each facet would leave; `total` is how many match now."""

    total: int
    of: Mapping[str, Counter[str]]


@router.get("/resources", name="resources")
def resources(request: Request, here: WiredHere, cursor: str | None = None) -> HTMLResponse:
    """The list; where what is asked for cannot be understood, the form as it was filled in, and why."""
    return listed(request, here, criteria.told_in(request.query_params), cursor)


def listed(
    request: Request,
    here: Wired,
    told: dict[str, str],
    cursor: str | None = None,
    *,
    error: Exception | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The list; `error` is why an action from it was not done, and `typed` what its form said."""
    try:
        asked = criteria.understood(told, cursor, here.desk.policy.catalogue, here.desk.clock.now())
    except (ProblemError, AmountError) as fault:
        return _shown(request, here, told, fault, items=[], counts=None, links={})
    leaf = browsing.leaf(here.desk, asked.wanted, asked.sorting, asked.mark, ROWS)
    counts = None if leaf.kinds is None else _counts(leaf.kinds, told)
    links = _links(told, asked, leaf.page)
    found = {"items": leaf.page.items, "counts": counts, "links": links, "vague": leaf.vague}
    return _shown(request, here, told, error, typed=typed or {}, **found)


def _shown(
    request: Request, here: Wired, told: dict[str, str], error: Exception | None, **context: Any
) -> HTMLResponse:
    problem = None if error is None else answered(error)
    catalogue = here.desk.policy.catalogue
    around = {
        "problem": None if problem is None else json.loads(bytes(problem.body)),
        "told": told,
        "filters": {name: told[name] for name in NAMES if name in told},
        "chips": chips(told, catalogue),
        "views": offered(here.desk, told),
        "typed": {},
        "vague": False,
        "chosen": any(name in told for name in FACETS),
        "sort": criteria.sort_of(told),
        "products": {product.key: product for product in catalogue},
        "choices": {"state": STATES, "availability": list(Availability), "window": list(Window)},
        "with_told": _changing(told),
        "most_counted": f"{MOST_COUNTED:,}",
        "key": uuid4().hex,
    }
    status = 200 if problem is None else problem.status_code
    return page(request, "resources.html", status=status, place="resources", **around | context)


def _changing(told: dict[str, str]) -> Callable[..., str]:
    """The list's address with some of what is told changed."""
    return lambda **changes: addresses.address("resources", told | changes)


def _links(told: dict[str, str], asked: Criteria, shown: Page) -> dict[str, str]:
    """The addresses of the neighbouring pages."""

    def at(mark: Mark) -> str:
        return addresses.address("resources", told | {"cursor": criteria.to_cursor(mark, asked.sorting.order)})

    neighbours = {"before": shown.before, "after": shown.after}
    return {side: at(mark) for side, mark in neighbours.items() if mark is not None}


def _counts(kinds: Counter[Kind], told: Mapping[str, str]) -> Counts:
    """Each facet's counts under what the other facets say."""
    of: dict[str, Counter[str]] = {}
    for facet in FACETS:
        others = [name for name in FACETS if name != facet and name in told]
        of[facet] = Counter()
        for kind, count in kinds.items():
            if all(getattr(kind, name) == told[name] for name in others):
                of[facet][getattr(kind, facet)] += count
    chosen = [name for name in FACETS if name in told]
    total = sum(count for kind, count in kinds.items() if all(getattr(kind, name) == told[name] for name in chosen))
    return Counts(total, of)
