"""Pages: templates filled in, with what every page shows around its matter."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from entrypoints.dashboard import addresses, holding, wording
from entrypoints.dashboard.holding import Switch
from entrypoints.dashboard.navigation import PLACES
from entrypoints.dashboard.notices import NOTICES
from entrypoints.dashboard.protection import HEADERS, actor_of
from entrypoints.http.problems import ProblemError
from entrypoints.http.requests import LOCAL_ACTOR
from entrypoints.http.state import wired
from service.putting_away import kept_since
from workflows.diagrams.overlay import rough
from workflows.instants import instant_text
from workflows.money import format_amount

FAILED: Final = 500

ENVIRONMENT: Final = Environment(
    loader=PackageLoader("entrypoints.dashboard"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {
    "url": addresses.encoded,
    "instant": instant_text,
    "phrase": wording.phrase,
    "kind": wording.kind,
    "look": wording.look,
    "plainly": wording.plainly,
    "left": wording.left,
    "span": rough,
    "amount": format_amount,
    "raw": wording.raw,
    "dated": wording.dated,
    "plotted": wording.plotted,
    "sentence": wording.sentence,
    "rough": rough,
}
ENVIRONMENT.globals |= {
    "address": addresses.address,
    "of_resource": addresses.of_resource,
    "of_run": addresses.of_run,
    "of_refund": addresses.of_refund,
    "of_review": addresses.of_review,
}


def page(
    request: Request, template: str | Template, *, status: int = 200, place: str | None = None, **context: Any
) -> HTMLResponse:
    """A page from its template; `place` is the key of the place in the navigation that it belongs to."""
    around = {
        "base": addresses.root_from(request),
        "here": addresses.here(request),
        "places": PLACES,
        "place": place,
        "actor": _actor(request),
        "now": wired(request).desk.clock.now(),
        "notice": NOTICES.get(request.query_params.get("done", "")),
        "stopped": _stopped(request, status),
        "kept_since": None if status >= FAILED else kept_since(wired(request).desk),
    }
    shown = ENVIRONMENT.get_template(template).render(around | context)
    return HTMLResponse(shown, status_code=status, headers=HEADERS)


def onward(request: Request, address: str) -> RedirectResponse:
    """Have the browser go on to an address within the dashboard."""
    return RedirectResponse(addresses.root_from(request) + address, status_code=303)


def _stopped(request: Request, status: int) -> Sequence[Switch]:
    """The kill switches that are on; a page that says that the service fails does not ask the store once more."""
    return () if status >= FAILED else holding.stopped(wired(request).desk)


def _actor(request: Request) -> str:
    """Who acts; a page can be shown, and the name be corrected on it, where the cookie holds none."""
    try:
        return actor_of(request)
    except ProblemError:
        return LOCAL_ACTOR
