"""`/v1/refusals`: every attempt that was refused, and why; listed, and counted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, represent, schemas, schemas_of_refusals
from entrypoints.http.problems import bad_request
from entrypoints.http.state import WiredHere
from persistence.refusals import DIMENSIONS, Counts, Filter, Place, Refusal
from service import refusals
from workflows.instants import instant_text, parse_instant

router = APIRouter(tags=["refusals"])
Text = Annotated[str | None, Query()]
EVENTS = ("requests", "all")


def wanted_refusals(
    reason: Annotated[str | None, Query(description="A code that stands in the refusal.")] = None,
    product: Text = None,
    account_id: Text = None,
    resource_id: Text = None,
    event: Annotated[str, Query(description="requests: only those for a refund; all: of other events too.")] = "all",
    recorded_from: Annotated[str | None, Query(description="Recorded at this instant or later.")] = None,
    recorded_to: Annotated[str | None, Query(description="Recorded before this instant.")] = None,
) -> Filter:
    """Which refusals a query means."""
    return Filter(
        reason=parameters.text("reason", reason),
        product=parameters.text("product", product),
        account_id=parameters.text("account_id", account_id),
        resource_id=parameters.text("resource_id", resource_id),
        requests_only=parameters.one_of("event", event, EVENTS) == "requests",
        recorded_from=parameters.instant("recorded_from", recorded_from),
        recorded_to=parameters.instant("recorded_to", recorded_to),
    )


Wanted = Annotated[Filter, Depends(wanted_refusals)]


@router.get(
    "/v1/refusals",
    summary="What was refused, and why, the last first",
    response_model=schemas_of_refusals.Refusals,
    responses=schemas.problems(400, 503),
)
def list_refusals(
    here: WiredHere,
    wanted: Wanted,
    cursor: Text = None,
    limit: Annotated[int, Query(description=f"From 1 to {parameters.MOST_ITEMS}.")] = 100,
) -> JSONResponse:
    """Refused requests for a refund, and other events that a rule refused, each with every reason for it."""
    most = parameters.limit(limit)
    found = refusals.list_refusals(here.desk, wanted, refusal_place(cursor), most + 1)
    following = refusal_cursor(found[most - 1]) if len(found) > most else None
    items = [refusal_json(one) for one in found[:most]]
    return JSONResponse({"items": items, "next": following, **represent.kept_since(here.desk)})


@router.get(
    "/v1/refusals/counts",
    summary="How often what was refused, and why",
    response_model=schemas_of_refusals.RefusalCounts,
    responses=schemas.problems(400, 503),
)
def count_refusals(
    here: WiredHere,
    wanted: Wanted,
    by: Annotated[
        str, Query(description=f"One or more of {', '.join(DIMENSIONS)}, with commas.", examples=["reason,day"])
    ] = "reason",
    limit: Annotated[int, Query(description=f"So many of the largest groups, 1 to {parameters.MOST_ITEMS}.")] = 100,
) -> JSONResponse:
    """The largest groups first. A refusal with several reasons counts with each of them; `refusals` counts it once."""
    names = by.split(",")
    found = refusals.count_refusals(here.desk, wanted, names, parameters.limit(limit))
    return JSONResponse(counts_json(found, names) | represent.kept_since(here.desk))


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "resource_id": refusal.row.resource_id,
        "product": refusal.product,
        "order_id": refusal.order_id,
        "account_id": refusal.account_id,
        **represent.history_row(refusal.row),
    }


def counts_json(counts: Counts, by: list[str]) -> dict[str, Any]:
    return {
        "by": by,
        "refusals": counts.refusals,
        "requests": counts.requests,
        "groups": counts.groups,
        "items": [
            {**one.by, "refusals": one.refusals, "requests": one.requests, "example": one.example}
            for one in counts.largest
        ],
    }


def refusal_cursor(refusal: Refusal) -> str:
    row = refusal.row
    return parameters.to_cursor(f"{instant_text(row.recorded_at)} {row.seq} {row.resource_id}")


def refusal_place(told: str | None) -> Place | None:
    """Where a page of refusals begins, from the `next` of the page before."""
    key = parameters.from_cursor(told)
    if key is None:
        return None
    moment, _, rest = key.partition(" ")
    seq, _, resource_id = rest.partition(" ")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 10):
        raise bad_request("cursor must be the `next` of an earlier page of refusals")
    try:
        return Place(parse_instant(moment), resource_id, int(seq))
    except ValueError:
        raise bad_request("cursor must be the `next` of an earlier page of refusals") from None
