"""One machine: its drawing with what stands in each state, now or at a past moment, and what leads where."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from entrypoints.dashboard import addresses, counting
from entrypoints.dashboard.rendering import onward, page
from entrypoints.dashboard.timescale import Timescale, timescale
from entrypoints.dashboard.transitions import transitions
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.state import Wired, WiredHere
from entrypoints.http.workflows import HEADERS, MEDIA_TYPES
from persistence.tallies import day_of
from service import census
from service.census import Census
from service.desk import Desk
from service.inspection import DiagramError, Wanted, machine_of
from workflows.definition import Product
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.graph import graph_of
from workflows.diagrams.svg import to_embedded_svg
from workflows.instants import instant_text
from workflows.window_machine import WINDOW

router = APIRouter(include_in_schema=False)
#: For how long passings of arcs are counted beside those of ever.
RECENT: Final = timedelta(days=7)
#: What people call the formats, and how their files end.
FILES: Final = {
    "svg": ("SVG", "svg"),
    "mermaid": ("Mermaid", "mmd"),
    "dot": ("Graphviz", "dot"),
    "plantuml": ("PlantUML", "puml"),
    "scxml": ("SCXML", "scxml"),
    "json": ("XState", "json"),
}


@router.get("/machines/{key:own_id}")
def machine(request: Request, here: WiredHere, key: str) -> Response:
    """One machine; from the slider, on to the address of the moment it stands at."""
    told, back = counting.told_in(request.query_params), request.query_params.get("back")
    machine_of(key)
    try:
        if back is not None:
            return onward(request, _address(here.desk, key, told, counting.whole("steps back", back)))
        return _shown(request, here, told, census.taken(here.desk, key, counting.understood(told)))
    except (ProblemError, DiagramError) as error:
        problem = answered(error)
        found = census.taken(here.desk, key, Wanted(counts=True))
        return _shown(request, here, told, found, problem.status_code, json.loads(bytes(problem.body)))


@router.get("/machines/{key:own_id}/drawing")
def drawing(request: Request, here: WiredHere, key: str, form: str = "svg") -> Response:
    """The drawing of its page as a file, in one of the formats."""
    if form not in FORMATS:
        raise DiagramError(f"form is {form[:80]!r}; it must be one of {', '.join(FORMATS)}")
    found = census.taken(here.desk, key, counting.understood(counting.told_in(request.query_params)))
    text = draw(found.machine, FORMATS[form], found.overlay)
    named = {"Content-Disposition": f'attachment; filename="{key}.{FILES[form][1]}"'}
    return Response(text, media_type=MEDIA_TYPES[form], headers=HEADERS | named)


def _address(desk: Desk, key: str, told: Mapping[str, str], back: int) -> str:
    """The address of a machine as of so many steps before now."""
    moment = _scale(desk).moment(abs(back))
    at = "" if moment is None else instant_text(moment)
    return addresses.address(f"machines/{key}", {**told, "at": at})


def _scale(desk: Desk) -> Timescale:
    return timescale(desk.clock.now(), census.began(desk))


def _shown(
    request: Request,
    here: Wired,
    told: Mapping[str, str],
    found: Census,
    status: int = 200,
    problem: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    machine, wanted, scale = found.machine, found.wanted, _scale(here.desk)
    recent, ever = census.flow(here.desk, scale.now - RECENT)
    drawings = {title: {**told, "form": form} for form, (title, _) in FILES.items()}
    return page(
        request,
        "machine.html",
        status=status,
        place="machines",
        machine=machine,
        kind="product" if isinstance(machine, Product) else machine.key,
        window=WINDOW,
        products=here.desk.policy.catalogue,
        found=found,
        told=told,
        problem=problem,
        scale=scale,
        back=scale.place(wanted.as_of),
        since=day_of(scale.now - RECENT),
        lists=counting.list_of(found),
        diagram=to_embedded_svg(graph_of(machine, found.overlay), counting.link_of(found)),
        transitions=list(transitions(machine, wanted.product, recent, ever)),
        files={title: addresses.address(f"machines/{machine.key}/drawing", told) for title, told in drawings.items()},
        command=counting.command(machine, wanted),
        api=counting.api(machine, wanted),
    )
