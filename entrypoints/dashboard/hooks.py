"""Hooks: who is told of what happens, how each of them does, and what it was not told."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.state import Wired, WiredHere
from service.catalogue_of_events import types_told
from service.hooks import health

router = APIRouter(include_in_schema=False)
#: How many failed deliveries of each endpoint stand in the list of all of them.
SHOWN_OF_EACH: Final = 5
STATUSES: Final = ("failed",)


@router.get("/hooks", name="hooks")
def hooks(request: Request, here: WiredHere, status: str = "") -> HTMLResponse:
    """Every endpoint, those in trouble first; with `status=failed`, what each was not told in the end."""
    failed = parameters.one_of("status", status.strip() or None, STATUSES) is not None
    return listed(request, here, failed=failed)


def listed(
    request: Request,
    here: Wired,
    *,
    failed: bool = False,
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `problem` is why an action was not done, and `typed` what its form said."""
    found = health.endpoints(here.desk, SHOWN_OF_EACH)
    return page(
        request,
        "hooks.html",
        status=status,
        place="hooks",
        endpoints=[one for one in found if one.health.dead] if failed else found,
        failed=failed,
        number=len(found),
        dead=sum(one.health.dead for one in found),
        types=types_told(here.desk.policy.catalogue),
        problem=problem,
        typed=typed or {},
        key=uuid4().hex,
    )
