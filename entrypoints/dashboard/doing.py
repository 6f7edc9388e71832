"""What can be done to a resource from its page; what is not done is told there, and nothing typed is lost."""

import json
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.forms import Form, required
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward
from entrypoints.dashboard.resource import shown
from entrypoints.http import represent
from entrypoints.http.problems import ANSWERS, answered, problem
from entrypoints.http.represent_staff import note_json
from entrypoints.http.requests import done_once
from entrypoints.http.state import Wired, WiredHere
from persistence.store import Connection
from service import actions, refunds, staff
from service.keyed import ACCEPTED, CREATED, KeyedAnswer
from service.questions import NotFoundError

router = APIRouter(include_in_schema=False)
#: Errors that are told on the page where the form was filled in.
TOLD = tuple(kind for kind in ANSWERS if kind not in (Exception, NotFoundError))


@router.post("/resources/{resource_id:name}/refunds")
def ask(request: Request, resource_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Ask for the refund, in the name of who acts."""

    def asking(connection: Connection) -> KeyedAnswer:
        asked = refunds.ask(here.desk, connection, [resource_id], actor)[0]
        if asked.accepted:
            return KeyedAnswer(CREATED, represent.asked(asked))
        return KeyedAnswer(409, {"reasons": [reason.to_json() for reason in asked.result.reasons]})

    path = f"/v1/resources/{resource_id}/refunds"
    return _done(
        request, here, resource_id, actor, form, "asked",
        lambda: done_once(here, actor, path, form.get("key"), {}, asking),
    )  # fmt: skip


@router.post("/resources/{resource_id:name}/steps")
def wish(request: Request, resource_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Have the system that is responsible for a step of the remedy told of the wish."""

    def wishing() -> KeyedAnswer:
        event = required(form, "event")
        path = f"/v1/resources/{resource_id}/actions/{event}"

        def told(connection: Connection) -> KeyedAnswer:
            return KeyedAnswer(ACCEPTED, actions.wish(here.desk, connection, resource_id, event, actor))

        return done_once(here, actor, path, form.get("key"), {}, told)

    return _done(request, here, resource_id, actor, form, "wished", wishing)


@router.post("/resources/{resource_id:name}/overrides")
def override(request: Request, resource_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Ask, as an account manager, although a rule says no; a second one decides."""

    def overriding() -> KeyedAnswer:
        reason, amount = required(form, "reason"), required(form, "amount")

        def asked(connection: Connection) -> KeyedAnswer:
            made = refunds.override(here.desk, connection, resource_id, actor, reason, amount)
            return KeyedAnswer(CREATED, represent.asked(made))

        body = {"reason": reason, "amount": amount}
        return done_once(here, actor, f"/v1/resources/{resource_id}/overrides", form.get("key"), body, asked)

    return _done(request, here, resource_id, actor, form, "override", overriding)


@router.post("/resources/{resource_id:name}/notes")
def note(request: Request, resource_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Write something down about the resource, for whoever looks at it next."""

    def writing() -> KeyedAnswer:
        text = required(form, "text", staff.LONGEST_NOTE)

        def written(connection: Connection) -> KeyedAnswer:
            return KeyedAnswer(CREATED, note_json(staff.note_within(here.desk, connection, resource_id, actor, text)))

        path = f"/v1/resources/{resource_id}/notes"
        return done_once(here, actor, path, form.get("key"), {"text": text}, written)

    return _done(request, here, resource_id, actor, form, "noted", writing)


def _done(
    request: Request,
    here: Wired,
    resource_id: str,
    actor: str,
    form: dict[str, str],
    notice: str,
    do: Callable[[], KeyedAnswer],
) -> Response:
    """Go on to the resource with a notice of what was done, or show why it was not."""
    try:
        reply = do()
    except TOLD as error:
        refusal = answered(error)
    else:
        if reply.status in (CREATED, ACCEPTED):
            before = "-before" if reply.replayed and notice != "override" else ""
            return onward(request, addresses.address(addresses.of_resource(resource_id), {"done": notice + before}))
        refusal = problem(409, "refund_refused", "The refund was refused", "", **reply.body)
    told = json.loads(bytes(refusal.body))
    return shown(request, here, resource_id, actor, problem=told, typed=form, status=refusal.status_code)
