"""`/v1/rules/check`: a verdict on rules before they are loaded."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.http import schemas, schemas_of_simulations
from entrypoints.http.requests import Body
from entrypoints.http.state import WiredHere
from service.rule_checks import check
from service.supposition import MOST_EXAMPLES, check_members, read_count, read_instant, read_rules_text

router = APIRouter(tags=["simulations"])
JUDGED_ON: Final = timedelta(days=90)


@router.post(
    "/v1/rules/check",
    summary="What loading new rules would mean",
    response_model=schemas_of_simulations.Verdict,
    responses=schemas.problems(400, 410, 413, 503),
    openapi_extra=schemas_of_simulations.RULES_CHECK,
)
def post_check(here: WiredHere, body: Body) -> JSONResponse:
    """Conflicts with the versions kept, differences to the one in force, and who would have fared otherwise.

    Judged on the resources paid since `since`, 90 days ago where nothing is said. Nothing is loaded or written.
    """
    check_members(body, ("rules", "since", "examples"))
    rules = read_rules_text(body.get("rules"))
    since = read_instant("since", body.get("since")) or here.desk.clock.now() - JUDGED_ON
    examples = read_count("examples", body.get("examples", 5), 0, MOST_EXAMPLES)
    return JSONResponse(check(here.desk, rules, since, examples).to_json())
