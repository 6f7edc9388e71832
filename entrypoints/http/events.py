"""`POST /v1/events`, which other systems call all day: it is answered past all that other routes need."""

import time
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from entrypoints.http import schemas
from entrypoints.http.cloudevents import BATCH, STRUCTURED, NotCloudEventsError, json_bytes, read_messages
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.requests import bounded_body
from entrypoints.http.state import Wired, wired
from service.ingest import Message

PATH: Final = "/v1/events"
router = APIRouter(tags=["events"])


@router.post(
    PATH,
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
    return await _answer(wired(request), request)


def is_telling(scope: Scope) -> bool:
    """Whether a request is one that `answer_straight` is for."""
    return bool(scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST")


async def answer_straight(here: Wired, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as the route does, without looking for it and without what is solved for others on the way."""
    begun = time.perf_counter()
    try:
        response = await _answer(here, Request(scope, receive))
    except ClientDisconnect:
        return
    except Exception as error:
        response = answered(error)
    await response(scope, receive, send)
    here.meters.count_request("POST", PATH, response.status_code, time.perf_counter() - begun)


async def _answer(here: Wired, request: Request) -> Response:
    body = await bounded_body(request, here.settings.max_body_bytes, "send the events in several batches")
    try:
        messages = read_messages(request.headers, body)
    except NotCloudEventsError as error:
        raise ProblemError(400, "not_cloudevents", "The body is not CloudEvents", str(error)) from None
    with here.meters.timing_a_batch():
        results = await here.door.tell([Message(one) for one in messages])
    here.meters.count_events(result.outcome for result in results)
    return Response(json_bytes({"results": [result.to_json() for result in results]}), media_type="application/json")
