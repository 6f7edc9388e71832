"""One resource: whether it may be refunded and why, what it is, and everything that happened to it."""

import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.card import Card, card
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import page
from entrypoints.dashboard.timeline import entries
from entrypoints.http import parameters
from entrypoints.http.state import Wired, WiredHere
from service import questions, staff
from service.dossier import dossier
from service.inspection import Wanted, overlay_of
from service.questions import NotFoundError
from workflows.diagrams.graph import graph_of
from workflows.diagrams.svg import to_embedded_svg

router = APIRouter(include_in_schema=False)
SHOWN: Final = 60
MOST_SHOWN: Final = 1000


@router.get("/resources/{resource_id:name}", name="resource")
def resource(
    request: Request, resource_id: str, here: WiredHere, actor: Actor, at: str = "", entries: str = ""
) -> HTMLResponse:
    """The resource now; its eligibility card also as of another instant."""
    most = MOST_SHOWN if entries == "all" else SHOWN
    return shown(request, here, resource_id, actor, at=at.strip(), most=most)


def shown(
    request: Request,
    here: Wired,
    resource_id: str,
    actor: str,
    *,
    at: str = "",
    most: int = SHOWN,
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `problem` is why an action was not done, and `typed` what its form said."""
    desk = here.desk
    found = dossier(desk, resource_id, most)
    moment = moment_of(at)
    return page(
        request,
        "resource.html",
        status=status,
        place="resources",
        view=found.view,
        resource=found.view.resource,
        product=desk.policy.product(found.view.resource),
        dossier=found,
        card=_card(here, resource_id, found.view, moment),
        at=moment,
        timeline=entries(found),
        notes=staff.notes_on(desk, resource_id)[::-1],
        all_shown=most == MOST_SHOWN,
        diagram=diagram(here, found.view),
        manager=actor in desk.account_managers,
        problem=problem,
        typed=typed or {},
        key=uuid4().hex,
        quoted=shlex.quote(resource_id),
        quoted_actor=shlex.quote(actor),
    )


def moment_of(told: str) -> datetime | None:
    """The instant that a picker or an address names; a picker's has no zone, and is meant in UTC."""
    if not told:
        return None
    local = len(told) in (16, 19) and told[10] in "Tt"
    return parameters.instant("as of", f"{told}{':00' if len(told) == 16 else ''}Z" if local else told)


def _card(here: Wired, resource_id: str, view: questions.ResourceView, moment: datetime | None) -> Card | None:
    """The card as of a moment; None where the resource was not paid for by then."""
    if moment is None:
        return card(here.desk, view.answer, now=True)
    try:
        return card(here.desk, questions.eligibility(here.desk, resource_id, moment), now=False)
    except NotFoundError:
        return None


def diagram(here: Wired, view: questions.ResourceView) -> str:
    """The drawing of its machine, with the way it has come and where it stands."""
    product = here.desk.policy.product(view.resource)
    overlay = overlay_of(here.desk, product.key, Wanted(resource=view.resource.id))
    return to_embedded_svg(graph_of(product, overlay))
