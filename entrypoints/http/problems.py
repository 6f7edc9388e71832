"""Errors as RFC 9457 problem details: the one place where an error becomes an HTTP status."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from persistence.errors import StoreError
from service.clock import ClockBackwardsError
from service.questions import NotFoundError
from workflows.reasons import Reason

MEDIA_TYPE: Final = "application/problem+json"
CODES: Final = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
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
