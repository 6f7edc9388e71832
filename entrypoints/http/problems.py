"""Errors as RFC 9457 problem details: the one place where an error becomes an HTTP status."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from entrypoints.door import RETRY_AFTER_SECONDS, DoorFullError
from entrypoints.exports.formats import MissingExtraError
from persistence.errors import StoreError
from service.actions import ActionError
from service.bulk import BulkConflictError
from service.bulk_previews import BulkError
from service.clock import ClockBackwardsError
from service.hastening import NothingToHastenError
from service.hooks.subscriptions import BadHookError, HookConflictError
from service.inspection import DiagramError
from service.keyed import KeyInUseError, KeyReusedError
from service.letters import ReasonMissingError, ResolvedAlreadyError
from service.questions import NotFoundError
from service.refunds import NotManagerError
from service.refusals import BadQuestionError
from service.staff import NoteError
from service.supposition import BadSuppositionError
from service.switches import SwitchError, SwitchStandsError
from workflows.history import PutAwayError
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


def answered(error: Exception) -> JSONResponse:
    """The problem that an error is told as; the answer for the nearest of its kinds."""
    kind = next(kind for kind in type(error).__mro__ if kind in ANSWERS)
    return ANSWERS[kind](error)


def _problem(error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    more = {"reasons": [reason.to_json() for reason in error.reasons]} if error.reasons else {}
    return problem(error.status, error.code, error.title, error.detail, **more)


def _store(error: Exception) -> JSONResponse:
    assert isinstance(error, StoreError)
    log.error("store_error", code=error.code, detail=str(error))
    answer = problem(503, error.code, "The database cannot be used now", str(error))
    answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _review(error: Exception) -> JSONResponse:
    assert isinstance(error, ReviewError)
    status = {Objection.SAME_PERSON: 403, Objection.REASON_REQUIRED: 400}.get(error.objection, 409)
    return problem(status, error.objection.value, "The word does not count", str(error))


def _door_full(error: Exception) -> JSONResponse:
    answer = problem(429, "too_many_waiting", "Too many events are waiting", str(error))
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _key_in_use(error: Exception) -> JSONResponse:
    answer = problem(409, "key_in_use", "The same request is being answered", str(error))
    answer.headers["Retry-After"] = "1"
    return answer


def _invalid(error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
    return problem(400, "bad_request", "The request cannot be used", faults)


def _http(error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "http_error")
    answer = problem(error.status_code, code, str(error.detail), str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(error: Exception) -> JSONResponse:
    log.exception("unexpected_error", exc_info=error)
    return problem(500, "internal_error", "Refundry failed", "An unexpected error was logged; nothing was recorded.")


def _plain(status: int, code: str, title: str) -> Callable[[Exception], JSONResponse]:
    """The answer for errors whose message is all there is to say."""
    return lambda error: problem(status, code, title, str(error))


ANSWERS: Final[dict[type[Exception], Callable[[Exception], JSONResponse]]] = {
    ProblemError: _problem,
    StoreError: _store,
    ReviewError: _review,
    DoorFullError: _door_full,
    KeyInUseError: _key_in_use,
    RequestValidationError: _invalid,
    HTTPException: _http,
    Exception: _unexpected,
    NotFoundError: _plain(404, "not_found", "There is nothing here"),
    ClockBackwardsError: _plain(409, "clock_backwards", "The clock only moves forward"),
    ActionError: _plain(409, "no_such_step", "The action leads nowhere now"),
    OverrideError: _plain(409, "override_not_possible", "The override is not possible"),
    NothingToHastenError: _plain(409, "nothing_to_hasten", "Nothing was put off"),
    NotManagerError: _plain(403, "not_account_manager", "Only an account manager may do this"),
    AmountError: _plain(400, "bad_amount", "The amount cannot be read"),
    BadHookError: _plain(400, "bad_hook", "The hook cannot be as asked"),
    HookConflictError: _plain(409, "hook_conflict", "It does not fit how the hook stands"),
    ResolvedAlreadyError: _plain(409, "resolved_already", "The event is not waiting any more"),
    ReasonMissingError: _plain(400, "reason_required", "A reason is missing"),
    SwitchError: _plain(400, "bad_switch", "The switch cannot be turned so"),
    SwitchStandsError: _plain(409, "switch_stands", "The switch stands so already"),
    NoteError: _plain(400, "bad_note", "It cannot be kept so"),
    BulkError: _plain(400, "bad_selection", "The selection cannot be taken"),
    BulkConflictError: _plain(409, "bulk_conflict", "The preview cannot be carried out"),
    MissingExtraError: _plain(406, "format_not_installed", "The format is not installed here"),
    BadQuestionError: _plain(400, "bad_request", "The request cannot be used"),
    BadSuppositionError: _plain(400, "bad_supposition", "This cannot be supposed"),
    DiagramError: _plain(400, "bad_diagram", "It cannot be drawn as asked"),
    EarlierDefinitionError: _plain(409, "earlier_definition", "Only an earlier definition could judge this"),
    PutAwayError: _plain(410, "history_put_away", "The history that this needs is put away"),
    KeyReusedError: _plain(422, "key_reused", "The idempotency key was used before"),
}
