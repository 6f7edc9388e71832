"""`/v1/hooks`: who is told of what, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, schemas, schemas_of_hooks
from entrypoints.http.requests import Body
from entrypoints.http.state import WiredHere
from persistence.hook_tables import DELIVERY_STATUSES
from service.hooks import deliveries, subscriptions
from service.hooks.deliveries import Filter
from service.hooks.shapes import delivery_json, hook_json, shown_json

router = APIRouter(tags=["hooks"])
Text = Annotated[str | None, Query()]
Limit = Annotated[int, Query(description=f"From 1 to {parameters.MOST_ITEMS}.")]


@router.get(
    "/v1/hooks",
    summary="Hooks",
    response_model=schemas_of_hooks.Hooks,
    responses=schemas.problems(400, 503),
)
def list_hooks(here: WiredHere, cursor: Text = None, limit: Limit = 100) -> JSONResponse:
    """Hooks in the order of their ids. Secrets are never shown here."""
    most = parameters.limit(limit)
    found = subscriptions.list_hooks(here.desk, parameters.from_cursor(cursor), most + 1)
    following = parameters.to_cursor(found[most - 1].id) if len(found) > most else None
    now = here.desk.clock.now()
    return JSONResponse({"items": [hook_json(one, now) for one in found[:most]], "next": following})


@router.post(
    "/v1/hooks",
    summary="Subscribe to events",
    status_code=201,
    response_model=schemas_of_hooks.HookWithSecret,
    responses=schemas.problems(400, 413, 503),
    openapi_extra=schemas_of_hooks.body("HookWish", ["url"]),
)
def add_hook(here: WiredHere, body: Body) -> JSONResponse:
    """Say where to tell (`url`) and what (`events`). The signing secret is shown in this answer only."""
    shown = subscriptions.add(here.desk, body)
    return JSONResponse(shown_json(shown, here.desk.clock.now()), status_code=201)


@router.get(
    "/v1/hooks/deliveries/{delivery_id:own_id}",
    summary="A delivery with every attempt",
    response_model=schemas_of_hooks.Delivery,
    responses=schemas.problems(404, 503),
)
def get_delivery(delivery_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(delivery_json(deliveries.view(here.desk, delivery_id)))


@router.post(
    "/v1/hooks/deliveries/{delivery_id:own_id}/resend",
    summary="Tell a delivery again",
    response_model=schemas_of_hooks.Delivery,
    responses=schemas.problems(404, 409, 503),
)
def resend(delivery_id: str, here: WiredHere) -> JSONResponse:
    """Dead, delivered or waiting: it is told at once, under the same message id. 409 while it is being told."""
    return JSONResponse(delivery_json(deliveries.resend(here.desk, delivery_id)))


@router.get(
    "/v1/hooks/{hook_id:own_id}/deliveries",
    summary="What a hook was told, newest first",
    response_model=schemas_of_hooks.Deliveries,
    responses=schemas.problems(400, 404, 503),
)
def list_deliveries(
    hook_id: str,
    here: WiredHere,
    status: Text = None,
    resource_id: Text = None,
    cursor: Text = None,
    limit: Limit = 100,
) -> JSONResponse:
    most = parameters.limit(limit)
    wanted = Filter(parameters.one_of("status", status, DELIVERY_STATUSES), parameters.text("resource_id", resource_id))
    before = parameters.delivery_cursor(cursor)
    found = deliveries.list_deliveries(here.desk, hook_id, wanted, before, most + 1)
    following = parameters.to_cursor(str(found[most - 1].delivery.outbox_id)) if len(found) > most else None
    return JSONResponse({"items": [delivery_json(one) for one in found[:most]], "next": following})


@router.post(
    "/v1/hooks/{hook_id:own_id}/resend-dead",
    summary="Tell a hook all that it was not told",
    response_model=schemas_of_hooks.Resent,
    responses=schemas.problems(404, 409, 503),
)
def resend_dead(hook_id: str, here: WiredHere) -> JSONResponse:
    """Every dead delivery is told at once, under its message id, the oldest first. 409 where the hook is disabled."""
    return JSONResponse({"resent": deliveries.resend_dead(here.desk, hook_id)})


@router.post(
    "/v1/hooks/{hook_id:own_id}/rotate-secret",
    summary="Give a hook a new secret",
    response_model=schemas_of_hooks.HookWithSecret,
    responses=schemas.problems(404, 409, 503),
)
def rotate_secret(hook_id: str, here: WiredHere) -> JSONResponse:
    """The new secret is shown in this answer only; for 24 hours every call is signed with the one before too."""
    return JSONResponse(shown_json(subscriptions.rotate(here.desk, hook_id), here.desk.clock.now()))


@router.get(
    "/v1/hooks/{hook_id:own_id}",
    summary="A hook",
    response_model=schemas_of_hooks.Hook,
    responses=schemas.problems(404, 503),
)
def get_hook(hook_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(hook_json(subscriptions.view(here.desk, hook_id), here.desk.clock.now()))


@router.patch(
    "/v1/hooks/{hook_id:own_id}",
    summary="Change a hook",
    response_model=schemas_of_hooks.Hook,
    responses=schemas.problems(400, 404, 413, 503),
    openapi_extra=schemas_of_hooks.body("HookChange", []),
)
def change_hook(hook_id: str, here: WiredHere, body: Body) -> JSONResponse:
    """Change what the body names. Enabled again, a hook is told what has been waiting for it."""
    return JSONResponse(hook_json(subscriptions.change(here.desk, hook_id, body), here.desk.clock.now()))


@router.delete(
    "/v1/hooks/{hook_id:own_id}",
    summary="Unsubscribe",
    status_code=204,
    responses=schemas.problems(404, 409, 503),
)
def remove_hook(hook_id: str, here: WiredHere) -> Response:
    """Its deliveries and their attempts go with it."""
    subscriptions.remove(here.desk, hook_id)
    return Response(status_code=204)
