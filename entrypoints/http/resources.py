"""`/v1/resources`: what a resource is, how it came to be so, and whether it may be refunded."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, represent, schemas
from entrypoints.http.filters import WantedResources
from entrypoints.http.state import WiredHere
from service import questions
from workflows.history import what_is_missing

router = APIRouter(tags=["resources"])
Text = Annotated[str | None, Query()]
Limit = Annotated[int, Query(description=f"From 1 to {parameters.MOST_ITEMS}.")]


@router.get(
    "/v1/resources/{resource_id:name}/eligibility",
    summary="May it be refunded, how much, why not, what first and until when",
    response_model=schemas.Eligibility,
    responses=schemas.problems(400, 404, 410, 503),
)
def get_eligibility(
    resource_id: str, here: WiredHere, at: Annotated[str | None, Query(examples=["2026-03-02T09:00:00Z"])] = None
) -> JSONResponse:
    """The eligibility answer, now or as of `at`: a past moment is judged on the history up to it."""
    return JSONResponse(questions.eligibility(here.desk, resource_id, parameters.instant("at", at)).to_json())


@router.get(
    "/v1/resources/{resource_id:name}/history",
    summary="Every transition and every refusal, oldest first",
    response_model=schemas.History,
    responses=schemas.problems(400, 404, 503),
)
def get_history(resource_id: str, here: WiredHere, cursor: Text = None, limit: Limit = 200) -> JSONResponse:
    most = parameters.limit(limit)
    rows = questions.rows_of(here.desk, resource_id, parameters.history_cursor(cursor), most + 1)
    following = parameters.to_cursor(str(rows[most - 1].seq)) if len(rows) > most else None
    items = [represent.history_row(row) for row in rows[:most]]
    return JSONResponse({"items": items, "next": following, "put_away": what_is_missing(rows)})


@router.get(
    "/v1/resources/{resource_id:name}",
    summary="A resource as it stands",
    response_model=schemas.Resource,
    responses=schemas.problems(404, 503),
)
def get_resource(resource_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(represent.resource_view(here.desk, questions.view(here.desk, resource_id)))


@router.get(
    "/v1/resources",
    summary="Resources, filtered as of now",
    response_model=schemas.Resources,
    responses=schemas.problems(400, 503),
)
def list_resources(here: WiredHere, wanted: WantedResources, cursor: Text = None, limit: Limit = 100) -> JSONResponse:
    """Resources in the order of their ids. Window and availability are those of this moment, not of the last sweep."""
    most = parameters.limit(limit)
    found = questions.list_resources(here.desk, wanted, parameters.from_cursor(cursor), most + 1)
    following = parameters.to_cursor(found[most - 1].resource.id) if len(found) > most else None
    return JSONResponse({"items": [represent.summary(here.desk, one) for one in found[:most]], "next": following})
