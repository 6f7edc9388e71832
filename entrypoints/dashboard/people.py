"""Who acts: said once in the page's head, kept in a cookie, and written beside everything that is done."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.forms import Form
from entrypoints.dashboard.protection import remember_actor
from entrypoints.dashboard.rendering import onward
from entrypoints.http.problems import bad_request
from entrypoints.http.requests import LONGEST_NAME

router = APIRouter(include_in_schema=False)


@router.post("/actor")
def act_as(request: Request, form: Form) -> Response:
    """Act under another name from now on, and go back to where one was."""
    actor = form.get("actor", "")
    if not 0 < len(actor) <= LONGEST_NAME or not actor.isprintable():
        raise bad_request(f"the name under which you act must have 1 to {LONGEST_NAME} printable characters")
    answer = onward(request, addresses.inside(form.get("back", "")))
    remember_actor(answer, actor)
    return answer
