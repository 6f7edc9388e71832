"""`/v1/simulations`: what if, for one resource or for a whole cohort. Nothing is ever written."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from entrypoints.http import represent_simulations, schemas, schemas_of_simulations
from entrypoints.http.requests import Body
from entrypoints.http.state import WiredHere
from service import cohorts, simulations
from service.cohorts import Inquiry
from service.desk import Desk
from service.supposition import read_inquiry, read_supposition
from workflows.comparing import Comparison, Tally

router = APIRouter(tags=["simulations"])
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"


@router.post(
    "/v1/simulations",
    summary="What if, for one resource",
    response_model=schemas_of_simulations.Simulation,
    responses=schemas.problems(400, 404, 410, 413, 503),
    openapi_extra=schemas_of_simulations.SUPPOSITION,
)
def post_simulation(here: WiredHere, body: Body) -> JSONResponse:
    """What would become of a resource, real or invented, under supposed events, facts and rules. Nothing is written.

    The trace says what became of each event; the answers stand beside the real ones, `if` beside `now`.
    """
    found = simulations.simulate(here.desk, read_supposition(here.desk, body))
    return JSONResponse(represent_simulations.simulation(found))


@router.post(
    "/v1/simulations/cohorts",
    summary="What if other rules had been in force, for many resources",
    response_model=schemas_of_simulations.CohortResult,
    responses={200: {"content": {NDJSON: {}, CSV: {}}}, **schemas.problems(400, 410, 413, 503)},
    openapi_extra=schemas_of_simulations.INQUIRY,
)
def post_cohort(request: Request, here: WiredHere, body: Body) -> Response:
    """Every resource of the cohort, told again as if the rules had been in force at its payment. Nothing is written.

    A request really refused that the rules would accept counts as paid, or as in review where a person would decide.
    `Accept: application/x-ndjson` streams progress, changed resources and at last the summary, `Accept: text/csv` every
    changed resource.
    """
    inquiry, examples = read_inquiry(here.desk, body)
    portions = _begun(cohorts.comparisons(here.desk, inquiry))
    wanted = request.headers.get("accept", "")
    if CSV in wanted:
        changed = (one for some in portions for one in some if one.changed)
        return StreamingResponse(represent_simulations.csv_lines(changed), media_type=CSV)
    tally = Tally(examples)
    if NDJSON in wanted:
        return StreamingResponse(_lines(here.desk, inquiry, portions, tally), media_type=NDJSON)
    for some in portions:
        tally.add_all(some)
    return JSONResponse(tally.to_json())


def _begun(portions: Iterator[list[Comparison]]) -> Iterator[list[Comparison]]:
    """The portions, the first worked out already: what is wrong with the store shows before the answer begins."""
    first = next(portions, [])
    return chain([first], portions)


def _lines(desk: Desk, inquiry: Inquiry, portions: Iterable[list[Comparison]], tally: Tally) -> Iterator[str]:
    total = cohorts.size(desk, inquiry)
    for some in portions:
        tally.add_all(some)
        yield from (_line({"changed": one.to_json()}) for one in some if one.changed)
        yield _line({"progress": {"done": tally.resources, "total": total}})
    yield _line({"summary": tally.to_json()})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
