"""`/v1/reports`: the sums that dashboards show, as of now."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, represent, schemas
from entrypoints.http import schemas_of_reports as shapes
from entrypoints.http.state import Wired, WiredHere
from service import reports
from service.reports import Happened, Wanted
from workflows.instants import instant_text
from workflows.money import Money

router = APIRouter(tags=["reports"])
Product = Annotated[str | None, Query(description="Only this product.")]
Currency = Annotated[str | None, Query(description="Only this currency.", examples=["USD"])]
Days = Annotated[int, Query(description="How many days back, from 1 to 400.")]
By = Annotated[str, Query(description="`day`, or `hour`, which reaches back two days.")]
MOST_DAYS = 400
MOST_HOURLY_DAYS = 2


@router.get(
    "/v1/reports/states",
    summary="How much stands where",
    response_model=shapes.States,
    responses=schemas.problems(400, 503),
)
def get_states(here: WiredHere, product: Product = None, currency: Currency = None) -> JSONResponse:
    """By product, state, window and availability: how many, the cash paid, and what their answers would pay."""
    items = [
        {
            "product": one.product,
            "state": one.state,
            "state_label": here.desk.policy.catalogue.product(one.product).label(one.state),
            "window": one.window,
            "availability": one.availability,
            "resources": one.count,
            "cash": Money(one.currency, one.cash_minor).to_json(),
            "amount": Money(one.currency, one.amount_minor).to_json(),
        }
        for one in reports.states(here.desk, _wanted(here, product, currency))
    ]
    return _answer(here, items)


@router.get(
    "/v1/reports/exposure",
    summary="Cash still refundable, by the day its window closes",
    response_model=shapes.Exposures,
    responses=schemas.problems(400, 503),
)
def get_exposure(here: WiredHere, product: Product = None, currency: Currency = None) -> JSONResponse:
    """`day` (UTC) is the last day on which it can be asked for; null for windows that a request has claimed."""
    items = [
        {
            "day": None if one.day is None else one.day.isoformat(),
            "product": one.product,
            "resources": one.resources,
            "amount": one.amount.to_json(),
        }
        for one in reports.exposure(here.desk, _wanted(here, product, currency))
    ]
    return _answer(here, items)


@router.get(
    "/v1/reports/refunds",
    summary="Refunds by day and outcome",
    response_model=shapes.RefundMoves,
    responses=schemas.problems(400, 503),
)
def get_refunds(
    here: WiredHere, product: Product = None, currency: Currency = None, days: Days = 30, by: By = "day"
) -> JSONResponse:
    """How many refunds came to each status within each day or hour (UTC), and for how much."""
    since, hourly = here.desk.clock.now() - timedelta(days=_days(days, by)), by == "hour"
    found = reports.refunds(here.desk, _wanted(here, product, currency), since, hourly=hourly)
    return _answer(here, [_happened(one, "status") for one in found])


@router.get(
    "/v1/reports/refusals",
    summary="Reasons of refusals by day",
    response_model=shapes.RefusalCounts,
    responses=schemas.problems(400, 503),
)
def get_refusals(here: WiredHere, product: Product = None, days: Days = 30, by: By = "day") -> JSONResponse:
    """How often each reason stood in a refusal; a refusal may have several."""
    since, hourly = here.desk.clock.now() - timedelta(days=_days(days, by)), by == "hour"
    found = reports.refusals(here.desk, _wanted(here, product, None), since, hourly=hourly)
    return _answer(here, [_happened(one, "reason") for one in found])


@router.get(
    "/v1/reports/dwell",
    summary="How long resources have stood in their states",
    response_model=shapes.Dwells,
    responses=schemas.problems(400, 503),
)
def get_dwell(here: WiredHere, product: Product = None) -> JSONResponse:
    """Seconds since the resources of each state entered it: median and 95th percentile, by nearest rank."""
    items = [
        {
            "product": one.product,
            "state": one.state,
            "resources": one.number,
            "median_seconds": one.median.total_seconds(),
            "p95_seconds": one.p95.total_seconds(),
        }
        for one in reports.dwell(here.desk, _wanted(here, product, None))
    ]
    return _answer(here, items)


@router.get(
    "/v1/reports/lateness",
    summary="How late the ends of windows were recorded",
    response_model=shapes.Latenesses,
    responses=schemas.problems(400, 503),
)
def get_lateness(here: WiredHere, days: Days = 30) -> JSONResponse:
    """Seconds from falling due to being recorded, day by day (UTC). An answer never depends on it."""
    found = reports.late(here.desk, here.desk.clock.now() - timedelta(days=_days(days, "day")))
    items = [
        {
            "day": one.day.isoformat(),
            "windows": one.number,
            "median_seconds": one.median.total_seconds(),
            "p95_seconds": one.p95.total_seconds(),
            "max_seconds": one.most.total_seconds(),
        }
        for one in found
    ]
    return _answer(here, items, **represent.kept_since(here.desk))


def _answer(here: Wired, items: list[dict[str, Any]], **more: str) -> JSONResponse:
    return JSONResponse({"as_of": instant_text(here.desk.clock.now()), "items": items, **more})


def _happened(one: Happened, what: str) -> dict[str, Any]:
    told = {"since": instant_text(one.since), "product": one.product, what: one.what, "number": one.number}
    return told if one.amount is None else told | {"amount": one.amount.to_json()}


def _wanted(here: Wired, product: str | None, currency: str | None) -> Wanted:
    keys = here.desk.policy.catalogue.keys
    return Wanted(parameters.one_of("product", product, keys), parameters.currency(currency))


def _days(days: int, by: str) -> int:
    parameters.one_of("by", by, ("day", "hour"))
    told = parameters.from_one_to("days", days, MOST_DAYS)
    return told if by == "day" else min(told, MOST_HOURLY_DAYS)
