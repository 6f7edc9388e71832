"""`POST /v1/events`."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from entrypoints.http import schemas
from entrypoints.http.cloudevents import BATCH, STRUCTURED, NotCloudEventsError, read_messages
from entrypoints.http.problems import ProblemError
from entrypoints.http.requests import bounded_body
from entrypoints.http.state import wired
from service.ingest import Message


class Bare(APIRoute):
    """A route in the API's description whose function takes the request as it came: nothing is solved for it.

    What solving costs, on the route that other systems call all day, is more than what the route does.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


router = APIRouter(tags=["events"], route_class=Bare)


@router.post(
    "/v1/events",
    summary="Tell what happened",
    response_model=schemas.Results,
    responses=schemas.problems(400, 413, 429, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": schemas.CLOUD_EVENT, "example": schemas.PAYMENT_EXAMPLE},
                BATCH: {"schema": {"type": "array", "items": schemas.CLOUD_EVENT}},
                "application/json": {
                    "schema": {"type": "object", "description": "The data alone; the attributes are `ce-*` headers."}
                },
            },
        }
    },
)
async def post_events(request: Request) -> Response:
    """Take CloudEvents 1.0 in structured, batch or binary mode and say what became of each, in order.

    A body that is no CloudEvent at all is a 400; an event that is unusable is `rejected` and spoils nothing beside it.
    Requests that come together share a transaction; where too many wait already, the answer is a 429.
    """
    here = wired(request)
    body = await bounded_body(request, here.settings.max_body_bytes, "send the events in several batches")
    try:
        messages = read_messages(request.headers, body)
    except NotCloudEventsError as error:
        raise ProblemError(400, "not_cloudevents", "The body is not CloudEvents", str(error)) from None
    with here.meters.timing_a_batch():
        results = await here.door.tell([Message(one) for one in messages])
    here.meters.count_events(result.outcome for result in results)
    told = {"results": [result.to_json() for result in results]}
    return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), media_type="application/json")
