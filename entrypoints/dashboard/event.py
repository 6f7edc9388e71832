"""One event: what was told, word for word, what became of it, and what can be done where nobody has resolved it."""

import shlex
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.state import Wired, WiredHere
from persistence.inbox import Received
from service import arrivals
from workflows.instants import instant_text
from workflows.intake import PARKED_FOR

router = APIRouter(include_in_schema=False)


@router.get("/events/{arrival:own_id}", name="event")
def event(request: Request, arrival: str, here: WiredHere, actor: Actor) -> HTMLResponse:
    return shown(request, here, parameters.arrival(arrival), actor)


def shown(
    request: Request,
    here: Wired,
    arrival: int,
    actor: str,
    *,
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `problem` is why an action was not done, and `typed` what its form said."""
    view = arrivals.view(here.desk, arrival)
    return page(
        request,
        "event.html",
        status=status,
        place="events",
        view=view,
        event=view.received.event,
        product=here.desk.policy.catalogue.of_event(view.received.event.type),
        dies_at=view.received.event.arrived_at + PARKED_FOR,
        told_as=told_as(view.received),
        problem=problem,
        typed=typed or {},
        key=uuid4().hex,
        quoted=shlex.quote(actor),
    )


def told_as(received: Received) -> dict[str, Any]:
    """The event as a CloudEvent, as its sender told it."""
    told = received.event
    return {
        "specversion": "1.0",
        "id": told.id,
        "source": told.source,
        "type": told.type,
        "subject": told.subject,
        "time": instant_text(told.time),
        "data": dict(told.data),
    }
