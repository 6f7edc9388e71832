"""Liveness, readiness and the test clock."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse

from entrypoints.http import schemas
from entrypoints.http.problems import ProblemError, bad_request
from entrypoints.http.state import WiredHere
from persistence.errors import StoreError
from scheduler.sweeps import sweep_until
from workflows.instants import instant_text, parse_instant

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="The process answers")
def healthz() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz", summary="It can take events and keeps time", responses=schemas.problems(503))
def readyz(here: WiredHere) -> JSONResponse:
    """Ready while the database can be written to and the scheduler has lately completed a tick."""
    try:
        here.desk.store.check_writable()
    except StoreError as error:
        raise ProblemError(503, error.code, "Not ready", str(error)) from None
    metronome = here.metronome
    if metronome is not None and metronome.is_silent:
        detail = f"no sweep has completed for {metronome.silent_for_seconds:.0f} seconds"
        raise ProblemError(503, "scheduler_silent", "Not ready", detail)
    return JSONResponse({"status": "ready"})


@router.put(
    "/v1/test-clock",
    summary="Move the test clock forward",
    response_model=schemas.Clock,
    responses=schemas.problems(400, 404, 409, 503),
)
def put_test_clock(
    here: WiredHere, body: Annotated[Any, Body(examples=[{"now": "2026-03-09T00:00:00Z"}])]
) -> JSONResponse:
    """Only under `serve --test-clock`: does everything that falls due by `now`, in order, before it answers."""
    if here.test_clock is None:
        detail = "there is no test clock; start the service with `refundry serve --test-clock TIME`"
        raise ProblemError(404, "not_found", "There is nothing here", detail)
    if not isinstance(body, dict) or set(body) != {"now"}:
        raise bad_request('the body must be an object with the one member "now"')
    try:
        now = parse_instant(body["now"])
    except ValueError as error:
        raise bad_request(f"now: {error}") from None
    with here.clock_lock:
        here.test_clock.check(now)
        sweep_until(here.desk, here.test_clock, now)
    return JSONResponse({"now": instant_text(here.test_clock.now())})
