"""`/v1/bulk`: many resources judged at once, and their refunds asked for, after a preview."""

from collections import deque
from itertools import islice
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from entrypoints.http import filters, parameters, schemas, schemas_of_bulk
from entrypoints.http.problems import bad_request
from entrypoints.http.represent_bulk import item_json, run_json
from entrypoints.http.requests import Actor, IdempotencyKey, LongBody, required, text_member
from entrypoints.http.state import Wired, WiredHere
from persistence.bulk import Run
from persistence.bulk_tables import BULK_OUTCOMES
from persistence.listing import Filter
from service import bulk, bulk_previews, selections
from service.selections import Judged, Selection
from workflows.events import LONGEST_NAME

router = APIRouter(tags=["bulk"])
Text = Annotated[str | None, Query()]
Limit = Annotated[int, Query(description=f"From 1 to {parameters.MOST_ITEMS}.")]
#: One request asks for at most so many; where more is left, the same request again goes on.
MOST_A_REQUEST: Final = 5000
MOST_IDS: Final = 10_000


@router.post(
    "/v1/bulk/eligibility",
    summary="The answers for many resources, and what they come to",
    response_model=schemas_of_bulk.Eligibilities,
    responses=schemas.problems(400, 413, 503),
    openapi_extra=schemas_of_bulk.SELECTION_BODY,
)
def judge(here: WiredHere, body: LongBody, cursor: Text = None, limit: Limit = 100) -> JSONResponse:
    """For `ids`, every answer at once; for a `filter`, a page of them, in the order of the ids.

    The totals, by availability and currency, are over all that are meant; only the first page has them.
    """
    selection, _ = _selection(here, body)
    if isinstance(selection, Filter):
        return _page_of_answers(here, selection, parameters.from_cursor(cursor), parameters.limit(limit))
    found = list(selections.judged(here.desk, selection, here.desk.clock.now()))
    totals = selections.by_availability(iter(found)).to_json()
    unknown = [one.resource_id for one in found if one.answer is None and one.unjudged is None]
    return JSONResponse({"totals": totals, "unknown": unknown} | _answers(found) | {"next": None})


@router.post(
    "/v1/bulk/refunds",
    summary="Preview the refunds of many resources, then ask for them",
    response_model=schemas_of_bulk.Run,
    responses=schemas.problems(400, 404, 409, 413, 422, 503)
    | {201: {"model": schemas_of_bulk.Run}, 202: {"model": schemas_of_bulk.Run}},
    openapi_extra=schemas_of_bulk.REFUNDS_BODY,
)
def refund(here: WiredHere, actor: Actor, body: LongBody, key: IdempotencyKey = None) -> JSONResponse:
    """With `dry_run` true, what asking would come to, with a `token`: nothing is asked for.

    With `dry_run` false and that `token`, under an Idempotency-Key, each resource that was previewed is asked for in
    the name of the actor, at most `most` of them now. 202 where the run is not finished yet: the same request again
    goes on with it.
    """
    dry_run = body.get("dry_run")
    if not isinstance(dry_run, bool):
        raise bad_request("dry_run must be true or false")
    if dry_run:
        selection, told = _selection(here, body)
        return JSONResponse(run_json(bulk_previews.preview(here.desk, selection, told, actor)), status_code=201)
    token = text_member(body, "token")
    if token is None or "ids" in body or "filter" in body:
        raise bad_request("a run needs the token of its preview, and neither ids nor filter: make a dry run first")
    most = body.get("most", MOST_A_REQUEST)
    if type(most) is not int or not 1 <= most <= MOST_A_REQUEST:
        raise bad_request(f"most must be a whole number from 1 to {MOST_A_REQUEST}")
    return _carried_out(here, bulk.start(here.desk, token, actor, required(key)), most)


@router.get(
    "/v1/bulk/refunds/{run_id:own_id}",
    summary="A preview or a run, and what became of each resource",
    response_model=schemas_of_bulk.RunWithItems,
    responses=schemas.problems(400, 404, 503),
)
def get_run(
    run_id: str, here: WiredHere, outcome: Text = None, cursor: Text = None, limit: Limit = 100
) -> JSONResponse:
    """`GET /v1/exports/bulk-results?run_id=` has all of it as a file."""
    most = parameters.limit(limit)
    wanted = parameters.one_of("outcome", outcome, BULK_OUTCOMES)
    run = bulk.view(here.desk, run_id)
    found = bulk.page(here.desk, run_id, wanted, parameters.position_cursor(cursor), most + 1)
    following = parameters.to_cursor(str(found[most - 1].position)) if len(found) > most else None
    return JSONResponse(run_json(run) | {"items": [item_json(one) for one in found[:most]], "next": following})


def _carried_out(here: Wired, run: Run, most: int) -> JSONResponse:
    if run.finished_at is not None:
        return JSONResponse(run_json(run), headers={"Idempotent-Replayed": "true"})
    portion = min(bulk.PORTION, most)
    run = deque(islice(bulk.carry_on(here.desk, run.id, portion), most // portion), maxlen=1).pop()
    return JSONResponse(run_json(run), status_code=202 if run.finished_at is None else 200)


def _page_of_answers(here: Wired, wanted: Filter, after: str | None, most: int) -> JSONResponse:
    found = selections.page(here.desk, wanted, after, most + 1)
    following = parameters.to_cursor(found[most - 1].resource_id) if len(found) > most else None
    totals = None
    if after is None:
        totals = selections.by_availability(selections.judged(here.desk, wanted, wanted.at)).to_json()
    return JSONResponse({"totals": totals, "unknown": []} | _answers(found[:most]) | {"next": following})


def _answers(found: list[Judged]) -> dict[str, Any]:
    return {
        "unjudged": [one.resource_id for one in found if one.unjudged is not None],
        "items": [one.answer.to_json() for one in found if one.answer is not None],
    }


def _selection(here: Wired, body: dict[str, Any]) -> tuple[Selection, dict[str, Any]]:
    """The resources that a body means, and how it said so."""
    if ("ids" in body) == ("filter" in body):
        raise bad_request("name the resources by either ids or filter")
    if "filter" in body:
        told = filters.told_in(body["filter"])
        now = here.desk.clock.now()
        return filters.resource_filter(told, here.desk.policy.catalogue, now), {"filter": told}
    ids = body["ids"]
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_IDS:
        raise bad_request(f"ids must be a list of 1 to {MOST_IDS} resource ids")
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_NAME for one in ids):
        raise bad_request(f"each of ids must be a text of 1 to {LONGEST_NAME} characters")
    return ids, {"ids": len(ids)}
