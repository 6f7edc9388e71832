"""What can be done to events that nobody has resolved: to one from its page, to several from their list."""

import json
from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from entrypoints.dashboard import event, events
from entrypoints.dashboard.addresses import address
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.forms import Chosen, Form, required
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward
from entrypoints.http import parameters
from entrypoints.http.problems import answered, bad_request
from entrypoints.http.requests import done_once
from entrypoints.http.state import Wired, WiredHere
from persistence.inbox import Received
from persistence.store import Connection
from service import letters
from service.keyed import ACCEPTED, KeyedAnswer
from workflows.words import Outcome

router = APIRouter(include_in_schema=False)
STILL_WAITING = (Outcome.PARKED.value, "dead")


@router.post("/events/{arrival:own_id}/retry")
def retry(request: Request, arrival: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Try an event again as of now."""
    number = parameters.arrival(arrival)
    done = _attempted(lambda: _retried(here, actor, form, [number]))
    if isinstance(done, str):
        return onward(request, address(f"events/{number}", {"done": done}))
    return _on_its_page(request, here, number, actor, form, done)


@router.post("/events/{arrival:own_id}/discard")
def discard(request: Request, arrival: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Resolve an event without taking it in, with a reason."""
    number = parameters.arrival(arrival)
    done = _attempted(lambda: _discarded(here, actor, form, [number]))
    if isinstance(done, str):
        return onward(request, address(f"events/{number}", {"done": done}))
    return _on_its_page(request, here, number, actor, form, done)


@router.post("/events/retry")
def retry_selected(request: Request, here: WiredHere, actor: Actor, form: Form, chosen: Chosen) -> Response:
    return _on_list(request, here, form, chosen, lambda: _retried(here, actor, form, _numbers(chosen)))


@router.post("/events/discard")
def discard_selected(request: Request, here: WiredHere, actor: Actor, form: Form, chosen: Chosen) -> Response:
    return _on_list(request, here, form, chosen, lambda: _discarded(here, actor, form, _numbers(chosen)))


def _attempted(do: Callable[[], str]) -> str | JSONResponse:
    """The notice of what was done, or the problem that it was not for."""
    try:
        return do()
    except TOLD as error:
        return answered(error)


def _retried(here: Wired, actor: str, form: dict[str, str], arrivals: Sequence[int]) -> str:
    def trying(connection: Connection) -> KeyedAnswer:
        found = letters.retry_each(here.desk, connection, arrivals)
        return KeyedAnswer(ACCEPTED, {"outcomes": [one.outcome for one in found]})

    reply = done_once(here, actor, "/events/retry", form.get("key"), {"arrivals": list(arrivals)}, trying)
    if reply.replayed:
        return "retried-before"
    waiting = [outcome in STILL_WAITING for outcome in reply.body["outcomes"]]
    return "retried-none" if all(waiting) else "retried-some" if any(waiting) else "retried-all"


def _discarded(here: Wired, actor: str, form: dict[str, str], arrivals: Sequence[int]) -> str:
    reason = required(form, "reason")

    def discarding(connection: Connection) -> KeyedAnswer:
        found: list[Received] = letters.discard_each(here.desk, connection, arrivals, actor, reason)
        return KeyedAnswer(ACCEPTED, {"outcomes": [one.outcome for one in found]})

    body = {"arrivals": list(arrivals), "reason": reason}
    reply = done_once(here, actor, "/events/discard", form.get("key"), body, discarding)
    return "discarded-before" if reply.replayed else "discarded"


def _numbers(chosen: Sequence[str]) -> list[int]:
    if not chosen:
        raise bad_request("no event was selected; tick those that are meant")
    return [parameters.arrival(one) for one in chosen]


def _on_its_page(
    request: Request, here: Wired, number: int, actor: str, form: dict[str, str], refusal: JSONResponse
) -> Response:
    told = json.loads(bytes(refusal.body))
    return event.shown(request, here, number, actor, problem=told, typed=form, status=refusal.status_code)


def _on_list(
    request: Request, here: Wired, form: dict[str, str], chosen: Sequence[str], do: Callable[[], str]
) -> Response:
    told = events.told_in(form)
    done = _attempted(do)
    if isinstance(done, str):
        return onward(request, address("events", told | {"cursor": "", "done": done}))
    problem = json.loads(bytes(done.body))
    return events.listed(
        request, here, told, problem=problem, typed=form, selected=tuple(chosen), status=done.status_code
    )
