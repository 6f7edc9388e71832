"""`POST /v1/providers/{provider}/webhooks`: what payment providers say by themselves."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from entrypoints.http import schemas
from entrypoints.http.problems import ProblemError
from entrypoints.http.requests import bounded_body
from entrypoints.http.state import WiredHere
from service import told
from service.provider import BadNoticeError, NotListeningError, UnclearNoticeError
from service.told import UnknownRefundError

router = APIRouter(tags=["refunds"])


@router.post(
    "/v1/providers/{provider:own_id}/webhooks",
    summary="A payment provider tells of payouts",
    response_model=schemas.Notices,
    responses=schemas.problems(400, 404, 409, 413, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "description": "As the provider signed it; Stripe: an event."}
                }
            },
        }
    },
)
async def post_webhook(provider: str, request: Request, here: WiredHere) -> JSONResponse:
    """Take in what a provider signed; what is about nothing of ours is answered 200 too.

    A refund that is not known here is a 409: the provider is to say it again. Said twice, it counts once.
    """
    body = await bounded_body(request, here.settings.max_body_bytes, "no notice of a provider is that long")
    try:
        taken = await run_in_threadpool(told.hear, here.desk, provider, body, request.headers)
    except NotListeningError as error:
        raise ProblemError(404, "not_found", "There is nothing here", str(error)) from None
    except BadNoticeError as error:
        raise ProblemError(400, "bad_notice", "The notice cannot be used", str(error)) from None
    except UnknownRefundError as error:
        raise ProblemError(409, "refund_unknown", "The refund is not known here", str(error)) from None
    except UnclearNoticeError as error:
        raise ProblemError(503, "provider_silent", "The provider does not answer", str(error)) from None
    results = [{"refund_id": one.refund_id, "reply": one.reply, "before": one.before} for one in taken]
    return JSONResponse({"results": results})
