"""The word of a second person, from the page on which a refund is decided on; then on to the next that waits."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.forms import Form, required
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward
from entrypoints.dashboard.reviews import shown
from entrypoints.http.problems import answered
from entrypoints.http.requests import done_once
from entrypoints.http.state import Wired, WiredHere
from persistence.refunds import place_of
from persistence.store import Connection
from service import refunds, reviews
from service.keyed import ACCEPTED, KeyedAnswer

router = APIRouter(include_in_schema=False)


@router.post("/reviews/{refund_id:own_id}/approve")
def approve(request: Request, refund_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Approve the amount that was seen."""
    return _decided(request, here, refund_id, actor, form, "approve")


@router.post("/reviews/{refund_id:own_id}/decline")
def decline(request: Request, refund_id: str, here: WiredHere, actor: Actor, form: Form) -> Response:
    """Decline, with a reason."""
    return _decided(request, here, refund_id, actor, form, "decline")


def _decided(request: Request, here: Wired, refund_id: str, actor: str, form: dict[str, str], word: str) -> Response:
    """Go on to the next that waits, or show why the word did not count."""
    product = form.get("product", "")
    try:
        replayed = _said(here, refund_id, actor, form, approve=word == "approve")
    except TOLD as error:
        refusal = answered(error)
        told = json.loads(bytes(refusal.body))
        status = refusal.status_code
        return shown(request, here, refund_id, actor, product=product, problem=told, typed=form, status=status)
    place = place_of(refunds.view(here.desk, refund_id).listed)
    following = reviews.following(here.desk, actor, place, product or None)
    done = f"{word}d" if not replayed else "decided-before"
    if following is None:
        return onward(request, addresses.address("reviews", {"product": product, "done": f"{done}-last"}))
    return onward(request, addresses.of_review(following, product, done=done))


def _said(here: Wired, refund_id: str, actor: str, form: dict[str, str], *, approve: bool) -> bool:
    """Say the word once under the form's key. Returns whether it had been said before."""
    amount = required(form, "amount") if approve else None
    reason = None if approve and not form.get("reason") else required(form, "reason")

    def saying(connection: Connection) -> KeyedAnswer:
        refunds.decided(here.desk, connection, refund_id, actor, approve=approve, reason=reason, amount=amount)
        listed = refunds.found(connection, refund_id)
        return KeyedAnswer(ACCEPTED, {"id": refund_id, "status": listed.refund.status.value})

    path = f"/v1/refunds/{refund_id}/{'approve' if approve else 'decline'}"
    body = {name: value for name, value in (("amount", amount), ("reason", reason)) if value}
    return done_once(here, actor, path, form.get("key"), body, saying).replayed
