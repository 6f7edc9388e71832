"""Saved views: the list as it is narrowed now, kept under a name for everybody who works here."""

from contextlib import suppress
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.forms import Form
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward
from entrypoints.dashboard.resources import listed
from entrypoints.dashboard.saved import told_by
from entrypoints.http.state import WiredHere
from service import staff
from service.questions import NotFoundError
from service.staff import NoteError

router = APIRouter(include_in_schema=False)


@router.post("/views")
def save(request: Request, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Keep the filters under a name, in the place of what was kept under it."""
    told = told_by(form.get("query", ""))
    try:
        staff.save_view(here.desk, form.get("name", ""), urlencode(told), actor)
    except NoteError as error:
        return listed(request, here, told, error=error, typed=form)
    return onward(request, addresses.address("resources", told | {"done": "view-saved"}))


@router.post("/views/forget")
def forget(request: Request, here: WiredHere, form: Form) -> Response:
    """Forget a view; one that somebody else forgot meanwhile is gone as well."""
    with suppress(NotFoundError):
        staff.forget_view(here.desk, form.get("name", ""))
    return onward(request, addresses.address("resources", told_by(form.get("query", "")) | {"done": "view-forgotten"}))
