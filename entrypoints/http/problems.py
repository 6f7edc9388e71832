"""Errors as RFC 9457 problem details: the one place where an error becomes an HTTP status."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from persistence.errors import StoreError
from service.actions import ActionError
from service.clock import ClockBackwardsError
from service.hooks.subscriptions import BadHookError, HookConflictError
from service.inspection import DiagramError
from service.keyed import KeyInUseError, KeyReusedError
from service.questions import NotFoundError
from service.refunds import NotManagerError
from service.refusals import BadQuestionError
from service.supposition import BadSuppositionError
from workflows.money import AmountError
from workflows.overriding import OverrideError
from workflows.reasons import Reason
from workflows.review import Objection, ReviewError
from workflows.step import EarlierDefinitionError

MEDIA_TYPE: Final = "application/problem+json"
CODES: Final = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
log = structlog.get_logger("refundry.http")


class ProblemError(Exception):
    """A request that cannot be answered as asked; `detail` says what was wrong and what would be right."""

    def __init__(self, status: int, code: str, title: str, detail: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(detail)
        self.status, self.code, self.title, self.detail, self.reasons = status, code, title, detail, reasons


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> JSONResponse:
    body = {"type": f"urn:refundry:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    return JSONResponse(body | more, status_code=status, media_type=MEDIA_TYPE)


def bad_request(detail: str, code: str = "bad_request") -> ProblemError:
    return ProblemError(400, code, "The request cannot be used", detail)


def add_handlers(app: FastAPI) -> None:
    """Have every error answered as a problem."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(ClockBackwardsError, _backwards)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(ReviewError, _review)
    app.add_exception_handler(ActionError, _action)
    app.add_exception_handler(OverrideError, _override)
    app.add_exception_handler(NotManagerError, _not_manager)
    app.add_exception_handler(AmountError, _amount)
    app.add_exception_handler(BadQuestionError, _bad_question)
    app.add_exception_handler(BadHookError, _bad_hook)
    app.add_exception_handler(HookConflictError, _hook_conflict)
    app.add_exception_handler(DiagramError, _diagram)
    app.add_exception_handler(BadSuppositionError, _bad_supposition)
    app.add_exception_handler(KeyReusedError, _key_reused)
    app.add_exception_handler(KeyInUseError, _key_in_use)
    app.add_exception_handler(EarlierDefinitionError, _earlier_definition)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    more = {"reasons": [reason.to_json() for reason in error.reasons]} if error.reasons else {}
    return problem(error.status, error.code, error.title, error.detail, **more)


async def _not_found(_request: Request, error: Exception) -> JSONResponse:
    return problem(404, "not_found", "There is nothing here", str(error))


async def _backwards(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "clock_backwards", "The clock only moves forward", str(error))


async def _store(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StoreError)
    log.error("store_error", code=error.code, detail=str(error))
    answer = problem(503, error.code, "The database cannot be used now", str(error))
    answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


async def _review(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ReviewError)
    status = {Objection.SAME_PERSON: 403, Objection.REASON_REQUIRED: 400}.get(error.objection, 409)
    return problem(status, error.objection.value, "The word does not count", str(error))


async def _action(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "no_such_step", "The action leads nowhere now", str(error))


async def _override(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "override_not_possible", "The override is not possible", str(error))


async def _not_manager(_request: Request, error: Exception) -> JSONResponse:
    return problem(403, "not_account_manager", "Only an account manager may do this", str(error))


async def _amount(_request: Request, error: Exception) -> JSONResponse:
    return problem(400, "bad_amount", "The amount cannot be read", str(error))


async def _bad_question(_request: Request, error: Exception) -> JSONResponse:
    return problem(400, "bad_request", "The request cannot be used", str(error))


async def _bad_hook(_request: Request, error: Exception) -> JSONResponse:
    return problem(400, "bad_hook", "The hook cannot be as asked", str(error))


async def _hook_conflict(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "hook_conflict", "It does not fit how the hook stands", str(error))


async def _diagram(_request: Request, error: Exception) -> JSONResponse:
    return problem(400, "bad_diagram", "It cannot be drawn as asked", str(error))


async def _bad_supposition(_request: Request, error: Exception) -> JSONResponse:
    return problem(400, "bad_supposition", "This cannot be supposed", str(error))


async def _key_reused(_request: Request, error: Exception) -> JSONResponse:
    return problem(422, "key_reused", "The idempotency key was used before", str(error))


async def _key_in_use(_request: Request, error: Exception) -> JSONResponse:
    answer = problem(409, "key_in_use", "The same request is being answered", str(error))
    answer.headers["Retry-After"] = "1"
    return answer


async def _earlier_definition(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "earlier_definition", "Only an earlier definition could judge this", str(error))


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
    return problem(400, "bad_request", "The request cannot be used", faults)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "http_error")
    answer = problem(error.status_code, code, str(error.detail), str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.exception("unexpected_error", method=request.method, exc_info=error)
    return problem(500, "internal_error", "Refundry failed", "An unexpected error was logged; nothing was recorded.")
