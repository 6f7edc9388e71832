"""What if other terms had been in force: who would gain, who would lose, and how much money. Nothing is written."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from entrypoints.dashboard import addresses, supposing
from entrypoints.dashboard.purses import purses
from entrypoints.dashboard.rendering import page
from entrypoints.http.problems import ProblemError, answered, bad_request
from entrypoints.http.represent_simulations import csv_lines
from entrypoints.http.state import Wired, WiredHere
from service import cohorts
from service.cohorts import Inquiry
from service.supposition import BadSuppositionError
from workflows.comparing import Comparison, Tally
from workflows.rules import Rules, RulesError

router = APIRouter(include_in_schema=False)
#: So many resources are told again while somebody waits for the page; the command line knows no limit.
MOST: Final = 2_000


@router.get("/what-if", name="what-if")
def what_if(request: Request, here: WiredHere) -> HTMLResponse:
    """The form; with something supposed, what it comes to for the first resources of the cohort."""
    rules = _in_force(here)
    told = supposing.told_in(request.query_params, rules)
    if not supposing.asks(told):
        return _shown(request, here, rules, told)
    try:
        inquiry = _inquiry(here, told, rules, MOST)
    except (BadSuppositionError, ProblemError) as error:
        problem = answered(error)
        found = {"problem": json.loads(bytes(problem.body)), "status": problem.status_code}
        return _shown(request, here, rules, told, **found)
    tally = Tally(supposing.EXAMPLES)
    for some in cohorts.comparisons(here.desk, inquiry):
        tally.add_all(some)
    return _shown(
        request,
        here,
        rules,
        told,
        tally=tally,
        purses=list(purses(tally)),
        more=cohorts.size(here.desk, replace(inquiry, limit=MOST + 1)) > MOST,
        csv=addresses.address("what-if/changed.csv", told),
        command=supposing.command(told, rules),
    )


@router.get("/what-if/changed.csv")
def changed(request: Request, here: WiredHere) -> Response:
    """Every resource of the whole cohort that would fare otherwise, as it is found."""
    rules = _in_force(here)
    inquiry = _inquiry(here, supposing.told_in(request.query_params, rules), rules, None)
    named = {"Content-Disposition": 'attachment; filename="changed.csv"'}
    return StreamingResponse(
        csv_lines(_changed(cohorts.comparisons(here.desk, inquiry))), media_type="text/csv", headers=named
    )


def _changed(portions: Iterator[list[Comparison]]) -> Iterator[Comparison]:
    return (one for some in portions for one in some if one.changed)


def _in_force(here: Wired) -> Rules:
    return here.desk.policy.rulebook.in_force(here.desk.clock.now())


def _inquiry(here: Wired, told: dict[str, str], rules: Rules, limit: int | None) -> Inquiry:
    try:
        return supposing.understood(here.desk, told, rules, limit)
    except RulesError as error:
        raise bad_request(str(error)) from None


def _shown(
    request: Request, here: Wired, rules: Rules, told: dict[str, str], status: int = 200, **found: Any
) -> HTMLResponse:
    policy = here.desk.policy
    return page(
        request,
        "what_if.html",
        status=status,
        place="rules",
        rules=rules,
        told=told,
        settings=supposing.settings(rules),
        versions=[one.version for one in policy.rulebook if one is not rules],
        products={product.key: product.title for product in policy.catalogue},
        most=MOST,
        **{"problem": None, "tally": None} | found,
    )
