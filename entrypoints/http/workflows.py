"""`/v1/workflows`: the machines as data, and as diagrams with what stands in them laid over."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, schemas, schemas_of_workflows
from entrypoints.http.represent_workflows import workflow
from entrypoints.http.state import WiredHere
from service.inspection import MOST_DAYS, Wanted, drawn, machine_of
from workflows.machines import MACHINES

router = APIRouter(tags=["workflows"])
Text = Annotated[str | None, Query()]

#: As registered with IANA; PlantUML has no type of its own.
MEDIA_TYPES: Final = {
    "mermaid": "application/vnd.mermaid",
    "dot": "text/vnd.graphviz",
    "plantuml": "text/plain",
    "svg": "image/svg+xml",
    "scxml": "application/scxml+xml",
    "json": "application/json",
}
#: A drawing is looked at and nothing else: should a browser open it, nothing in it runs and nothing is fetched.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
DRAWING: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The diagram, in the media type of its format.",
        "content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()},
    },
    304: {"description": "It is still what `If-None-Match` names."},
}


@router.get(
    "/v1/workflows",
    summary="The machines as data: every product's, the refund's and the window's",
    response_model=schemas_of_workflows.Workflows,
)
def list_workflows() -> JSONResponse:
    return JSONResponse({"items": [workflow(machine) for machine in MACHINES.values()], "next": None})


@router.get(
    "/v1/workflows/{machine:own_id}",
    summary="A machine as data",
    response_model=schemas_of_workflows.Workflow,
    responses=schemas.problems(404),
)
def get_workflow(machine: str) -> JSONResponse:
    return JSONResponse(workflow(machine_of(machine)))


@router.get(
    "/v1/workflows/{machine:own_id}/diagram",
    summary="A machine as a diagram, with what stands in it or the way of one resource laid over",
    response_class=Response,
    responses=DRAWING | schemas.problems(400, 404, 410, 503),
)
def get_diagram(
    machine: str,
    here: WiredHere,
    format_: Annotated[str, Query(alias="format", description=f"One of {', '.join(MEDIA_TYPES)}.")] = "mermaid",
    counts: Annotated[bool, Query(description="How many, how much money and how long in each state.")] = False,
    resource: Annotated[str | None, Query(description="Show the way of this resource, and where it stands.")] = None,
    as_of: Annotated[str | None, Query(description="As of this instant.", examples=["2026-03-02T09:00:00Z"])] = None,
    product: Annotated[str | None, Query(description="Count only this product.")] = None,
    account_id: Annotated[str | None, Query(description="Count only what this account paid for.")] = None,
    days: Annotated[
        int | None, Query(description=f"Count only what was paid within so many days, 1 to {MOST_DAYS}.")
    ] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The plain machine, or with an overlay: `counts`, a `resource`, or both, now or `as_of` any moment."""
    wanted = Wanted(
        counts=counts,
        resource=parameters.text("resource", resource),
        as_of=parameters.instant("as_of", as_of),
        product=product,
        account_id=parameters.text("account_id", account_id),
        days=days,
    )
    text = drawn(here.desk, machine, format_, wanted)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = HEADERS | {"ETag": tag}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=MEDIA_TYPES[format_], headers=headers)
