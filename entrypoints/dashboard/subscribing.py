"""What can be done to hooks: added, switched, given a new secret, and told again what they were not told."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from entrypoints.dashboard import hook, hooks
from entrypoints.dashboard.addresses import address, encoded
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.forms import Form, required
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward, page
from entrypoints.http.problems import answered
from entrypoints.http.requests import done_once
from entrypoints.http.state import Wired, WiredHere
from persistence.store import Connection
from service.hooks import deliveries, subscriptions
from service.hooks.subscriptions import Shown
from service.keyed import ACCEPTED, KeyedAnswer

router = APIRouter(include_in_schema=False)


@router.post("/hooks")
def add(request: Request, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Subscribe, and show the secret in this answer only."""
    made: list[Shown] = []

    def adding(connection: Connection) -> KeyedAnswer:
        wanted = [one for one in form.get("events", "").replace(",", " ").split() if one]
        told = {"url": required(form, "url"), "description": form.get("description", "")}
        made.append(subscriptions.add_within(here.desk, connection, told | ({"events": wanted} if wanted else {})))
        return KeyedAnswer(ACCEPTED, {"id": made[0].hook.id})

    body = {name: form.get(name, "") for name in ("url", "events", "description")}
    done = _attempted(lambda: done_once(here, actor, "/hooks", form.get("key"), body, adding))
    if isinstance(done, JSONResponse):
        told = json.loads(bytes(done.body))
        return hooks.listed(request, here, problem=told, typed=form, status=done.status_code)
    return _secret(request, done.body["id"], made, "added-before")


@router.post("/hooks/{hook_id:own_id}/secret")
def rotate(request: Request, hook_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Give it a new secret, and show it in this answer only."""
    made: list[Shown] = []

    def rotating(connection: Connection) -> KeyedAnswer:
        made.append(subscriptions.rotate_within(here.desk, connection, hook_id))
        return KeyedAnswer(ACCEPTED, {"id": hook_id})

    done = _once(here, actor, hook_id, "secret", form, rotating)
    if isinstance(done, JSONResponse):
        return _on_its_page(request, here, hook_id, form, done)
    return _secret(request, hook_id, made, "rotated-before")


@router.post("/hooks/{hook_id:own_id}/switch")
def switch(request: Request, hook_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Enable or disable it."""
    on = form.get("enabled") == "yes"

    def switching(connection: Connection) -> KeyedAnswer:
        changed = subscriptions.change_within(here.desk, connection, hook_id, {"enabled": on})
        return KeyedAnswer(ACCEPTED, {"enabled": changed.enabled})

    done = _once(here, actor, hook_id, "switch", form, switching, {"enabled": on})
    if isinstance(done, JSONResponse):
        return _on_its_page(request, here, hook_id, form, done)
    notice = "hook-before" if done.replayed else "hook-enabled" if on else "hook-disabled"
    return onward(request, address(f"hooks/{encoded(hook_id)}", {"done": notice}))


@router.post("/hooks/{hook_id:own_id}/resend")
def resend(request: Request, hook_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Have one delivery told again, or with `all` everything that was given up."""
    everything = form.get("all") == "failed"
    delivery_id = "" if everything else form.get("delivery", "")

    def resending(connection: Connection) -> KeyedAnswer:
        if everything:
            return KeyedAnswer(ACCEPTED, {"resent": deliveries.resend_dead_within(here.desk, connection, hook_id)})
        view = deliveries.resend_within(here.desk, connection, delivery_id)
        return KeyedAnswer(ACCEPTED, {"resent": 1, "id": view.delivery.id})

    done = _once(here, actor, hook_id, "resend", form, resending, {"delivery": delivery_id})
    if isinstance(done, JSONResponse):
        return _on_its_page(request, here, hook_id, form, done)
    notice = "resent-before" if done.replayed else "resent-all" if everything else "resent"
    told = {name: value for name, value in hook.told_in(form).items() if name != "cursor"}
    back = "hooks" if form.get("back") == "hooks" else f"hooks/{encoded(hook_id)}"
    return onward(request, address(back, told | {"done": notice}))


def _once(
    here: Wired,
    actor: str,
    hook_id: str,
    action: str,
    form: dict[str, str],
    do: Callable[[Connection], KeyedAnswer],
    body: dict[str, Any] | None = None,
) -> KeyedAnswer | JSONResponse:
    path = f"/hooks/{hook_id}/{action}"
    return _attempted(lambda: done_once(here, actor, path, form.get("key"), body or {}, do))


def _attempted(do: Callable[[], KeyedAnswer]) -> KeyedAnswer | JSONResponse:
    """What was done, or the problem that it was not for."""
    try:
        return do()
    except TOLD as error:
        return answered(error)


def _secret(request: Request, hook_id: str, made: list[Shown], notice: str) -> Response:
    """The secret, where it was made just now: it is stored nowhere that a second answer could take it from."""
    if not made:
        return onward(request, address(f"hooks/{encoded(hook_id)}", {"done": notice}))
    return page(request, "secret.html", place="hooks", shown=made[0])


def _on_its_page(request: Request, here: Wired, hook_id: str, form: dict[str, str], refusal: JSONResponse) -> Response:
    told = json.loads(bytes(refusal.body))
    return hook.shown(request, here, hook_id, hook.told_in(form), problem=told, status=refusal.status_code)
