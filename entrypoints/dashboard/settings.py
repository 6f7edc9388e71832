"""Settings: the kill switches, what is configured, and who acts."""

import json
import shlex
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from entrypoints.dashboard import holding
from entrypoints.dashboard.addresses import address
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.forms import Form
from entrypoints.dashboard.protection import ACTOR_COOKIE, ACTOR_DAYS, Actor
from entrypoints.dashboard.rendering import onward, page
from entrypoints.dashboard.timekeeping import schedulers
from entrypoints.http.problems import answered, bad_request
from entrypoints.http.represent_staff import turning_json
from entrypoints.http.requests import done_once
from entrypoints.http.state import Wired, WiredHere
from persistence.store import Connection
from persistence.switches import Turning
from service import switches
from service.installation import installation
from service.keyed import CREATED, KeyedAnswer
from workflows.money import Money

router = APIRouter(include_in_schema=False)
SHOWN_TURNINGS: Final = 10
TURNS: Final = {"stop": "stopped", "go": "released"}


@router.get("/settings", name="settings")
def settings(request: Request, here: WiredHere, actor: Actor) -> HTMLResponse:
    return shown(request, here, actor)


@router.post("/settings/switches")
def turn(request: Request, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Turn a kill switch; `switch` is its kind and key, such as `provider stripe`."""
    try:
        notice = _turned(here, actor, form)
    except TOLD as error:
        refusal = answered(error)
        told = json.loads(bytes(refusal.body))
        return shown(request, here, actor, problem=told, typed=form, status=refusal.status_code)
    return onward(request, address("settings", {"done": notice}))


def shown(
    request: Request,
    here: Wired,
    actor: str,
    *,
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `problem` is why a switch was not turned, and `typed` what its form said."""
    desk = here.desk
    found = installation(desk)
    return page(
        request,
        "settings.html",
        status=status,
        place="settings",
        going=holding.going(desk, holding.stopped(desk)),
        turnings=[(one, holding.holds(desk, one.kind, one.key)) for one in switches.turnings(desk, SHOWN_TURNINGS)],
        installation=found,
        review_above=[Money(currency, minor) for currency, minor in sorted(found.rules.review_above.items())],
        override_up_to=[Money(currency, minor) for currency, minor in sorted(found.rules.override_up_to.items())],
        waits=desk.waits.steps,
        wired=here,
        schedulers=schedulers(here),
        release=version("refundry"),
        manager=actor in desk.account_managers,
        cookie={"name": ACTOR_COOKIE, "days": ACTOR_DAYS},
        problem=problem,
        typed=typed or {},
        key=uuid4().hex,
        quoted=shlex.quote(actor),
    )


def _turned(here: Wired, actor: str, form: Mapping[str, str]) -> str:
    """Turn the switch, once for the form's key; returns the notice of it."""
    kind, _, key = form.get("switch", "").partition(" ")
    to, reason = form.get("to", ""), form.get("reason", "")
    if to not in TURNS:
        raise bad_request("a switch is turned to stop or to go")
    turned: list[Turning] = []

    def turning(connection: Connection) -> KeyedAnswer:
        turned.append(switches.turn_in(here.desk, connection, kind, key, actor, reason, stop=to == "stop"))
        return KeyedAnswer(CREATED, turning_json(turned[0]))

    body = {"switch": form.get("switch", ""), "to": to, "reason": reason}
    done_once(here, actor, "/v1/switches", form.get("key"), body, turning)
    for one in turned:
        switches.log_turning(one)
    return TURNS[to]
