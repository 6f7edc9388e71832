"""What people do by hand: waiting events, kill switches, notes on resources, saved views."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, schemas, schemas_of_staff
from entrypoints.http.problems import bad_request
from entrypoints.http.represent_staff import note_json, received_json, turning_json, view_json
from entrypoints.http.requests import Actor, Body, text_member
from entrypoints.http.state import WiredHere
from persistence.tables import INBOX_OUTCOMES
from service import letters, staff, switches
from service.letters import Filter

router = APIRouter(tags=["staff"])
Text = Annotated[str | None, Query()]
Limit = Annotated[int, Query(description=f"From 1 to {parameters.MOST_ITEMS}.")]
SHOWN_TURNINGS = 100


@router.get(
    "/v1/inbox",
    summary="Events as they were told, newest first",
    response_model=schemas_of_staff.Inbox,
    responses=schemas.problems(400, 503),
)
def list_inbox(
    here: WiredHere, outcome: Text = None, subject: Text = None, cursor: Text = None, limit: Limit = 100
) -> JSONResponse:
    """Every event that was acknowledged and what has become of it; `parked` and `dead` ones wait."""
    most = parameters.limit(limit)
    wanted = Filter(parameters.one_of("outcome", outcome, INBOX_OUTCOMES), parameters.text("subject", subject))
    found = letters.page(here.desk, wanted, parameters.inbox_cursor(cursor), most + 1)
    following = parameters.to_cursor(str(found[most - 1].event.arrival)) if len(found) > most else None
    return JSONResponse({"items": [received_json(one) for one in found[:most]], "next": following})


@router.get(
    "/v1/inbox/{arrival:own_id}",
    summary="An event by its arrival number",
    response_model=schemas_of_staff.Received,
    responses=schemas.problems(404, 503),
)
def get_received(arrival: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(received_json(letters.view(here.desk, parameters.arrival(arrival))))


@router.post(
    "/v1/inbox/{arrival:own_id}/retry",
    summary="Try a waiting event again",
    response_model=schemas_of_staff.Received,
    responses=schemas.problems(404, 409, 503),
)
def retry(arrival: str, here: WiredHere) -> JSONResponse:
    """Decide it as of now. One that still does not fit stays parked or dead."""
    return JSONResponse(received_json(letters.retry(here.desk, parameters.arrival(arrival))))


@router.post(
    "/v1/inbox/{arrival:own_id}/discard",
    summary="Discard a waiting event",
    response_model=schemas_of_staff.Received,
    responses=schemas.problems(400, 404, 409, 413, 503),
    openapi_extra=schemas_of_staff.body({"reason": schemas_of_staff.TEXT}, ["reason"]),
)
def discard(arrival: str, here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    """Resolve it without taking it in, with a `reason`; who did so and why stays with it."""
    reason = text_member(body, "reason") or ""
    return JSONResponse(received_json(letters.discard(here.desk, parameters.arrival(arrival), actor, reason)))


@router.get(
    "/v1/switches",
    summary="Kill switches: which stand on stop, and who turned what",
    response_model=schemas_of_staff.Switches,
    responses=schemas.problems(503),
)
def list_switches(here: WiredHere) -> JSONResponse:
    stopped, turnings = switches.stopped(here.desk), switches.turnings(here.desk, SHOWN_TURNINGS)
    return JSONResponse(
        {"stopped": [turning_json(one) for one in stopped], "turnings": [turning_json(one) for one in turnings]}
    )


@router.post(
    "/v1/switches",
    summary="Turn a kill switch",
    response_model=schemas_of_staff.Turning,
    responses=schemas.problems(400, 409, 413, 503),
    openapi_extra=schemas_of_staff.body(schemas_of_staff.SWITCH, ["kind", "key", "stop", "reason"]),
)
def turn_switch(here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    """`stop` true: nothing is paid out through that provider, or for that product, until it is turned back."""
    kind, key, reason = (text_member(body, name) or "" for name in ("kind", "key", "reason"))
    stop = body.get("stop")
    if not isinstance(stop, bool):
        raise bad_request("stop must be true or false")
    return JSONResponse(turning_json(switches.turn(here.desk, kind, key, actor, reason, stop=stop)))


@router.get(
    "/v1/resources/{resource_id:name}/notes",
    summary="Notes on a resource, oldest first",
    response_model=schemas_of_staff.Notes,
    responses=schemas.problems(404, 503),
)
def list_notes(resource_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse({"items": [note_json(one) for one in staff.notes_on(here.desk, resource_id)], "next": None})


@router.post(
    "/v1/resources/{resource_id:name}/notes",
    summary="Write a note on a resource",
    status_code=201,
    response_model=schemas_of_staff.Note,
    responses=schemas.problems(400, 404, 413, 503),
    openapi_extra=schemas_of_staff.body({"text": schemas_of_staff.TEXT}, ["text"]),
)
def write_note(resource_id: str, here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    text = text_member(body, "text", staff.LONGEST_NOTE) or ""
    return JSONResponse(note_json(staff.note(here.desk, resource_id, actor, text)), status_code=201)


@router.get("/v1/views", summary="Saved views", response_model=schemas_of_staff.Views, responses=schemas.problems(503))
def list_views(here: WiredHere) -> JSONResponse:
    return JSONResponse({"items": [view_json(one) for one in staff.views(here.desk)], "next": None})


@router.get(
    "/v1/views/{view:name}",
    summary="A saved view",
    response_model=schemas_of_staff.View,
    responses=schemas.problems(404, 503),
)
def get_view(view: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(view_json(staff.view_of(here.desk, view)))


@router.put(
    "/v1/views/{view:name}",
    summary="Save a view",
    response_model=schemas_of_staff.View,
    responses=schemas.problems(400, 413, 503),
    openapi_extra=schemas_of_staff.body({"query": schemas_of_staff.QUERY}, ["query"]),
)
def save_view(view: str, here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    """Keep the filters of a list under a name, as they stand in its URL, in the place of what was kept under it."""
    query = body.get("query")
    if not isinstance(query, str):
        raise bad_request('query must be a text such as "window=open&state=issued"')
    return JSONResponse(view_json(staff.save_view(here.desk, view, query, actor)))


@router.delete("/v1/views/{view:name}", summary="Forget a view", status_code=204, responses=schemas.problems(404, 503))
def forget_view(view: str, here: WiredHere) -> Response:
    staff.forget_view(here.desk, view)
    return Response(status_code=204)
