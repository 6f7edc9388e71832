"""`POST /v1/events`."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from entrypoints.http import schemas
from entrypoints.http.cloudevents import BATCH, STRUCTURED, NotCloudEventsError, read_messages
from entrypoints.http.problems import ProblemError
from entrypoints.http.requests import bounded_body
from entrypoints.http.state import WiredHere
from service.ingest import Message, ingest

router = APIRouter(tags=["events"])


@router.post(
    "/v1/events",
    summary="Tell what happened",
    response_model=schemas.Results,
    responses=schemas.problems(400, 413, 503),
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
async def post_events(request: Request, here: WiredHere) -> JSONResponse:
    """Take CloudEvents 1.0 in structured, batch or binary mode and say what became of each, in order.

    A body that is no CloudEvent at all is a 400; an event that is unusable is `rejected` and spoils nothing beside it.
    """
    body = await bounded_body(request, here.settings.max_body_bytes, "send the events in several batches")
    try:
        messages = read_messages(request.headers, body)
    except NotCloudEventsError as error:
        raise ProblemError(400, "not_cloudevents", "The body is not CloudEvents", str(error)) from None
    with here.meters.timing_a_batch():
        results = await run_in_threadpool(ingest, here.desk, [Message(one) for one in messages])
    here.meters.count_events(result.outcome for result in results)
    return JSONResponse({"results": [result.to_json() for result in results]})
