"""One refund: how it stands in plain words, its money, its way, every call to the provider, and what can be done."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.doing import TOLD
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import onward, page
from entrypoints.dashboard.standing import sentence
from entrypoints.dashboard.timeline import Entry, of_delivery, of_row
from entrypoints.http.problems import answered
from entrypoints.http.state import Wired, WiredHere
from service import hastening
from service.refund_file import RefundFile, refund_file
from workflows.diagrams.graph import graph_of
from workflows.diagrams.svg import to_embedded_svg
from workflows.refund_machine import REFUND
from workflows.words import RefundStatus
from workflows.working import working

router = APIRouter(include_in_schema=False)
UNDER_WAY: Final = (RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT)


@router.get("/refunds/{refund_id:own_id}", name="refund")
def refund(request: Request, refund_id: str, here: WiredHere) -> HTMLResponse:
    return shown(request, here, refund_id)


@router.post("/refunds/{refund_id:own_id}/hasten")
def hasten(request: Request, refund_id: str, here: WiredHere, actor: Actor) -> Response:
    """Have it taken up at once; said twice it is no more than said once."""
    try:
        hastening.hasten(here.desk, refund_id, actor)
    except TOLD as error:
        refusal = answered(error)
        return shown(request, here, refund_id, json.loads(bytes(refusal.body)), refusal.status_code)
    return onward(request, addresses.address(addresses.of_refund(refund_id), {"done": "hastened"}))


def shown(
    request: Request, here: Wired, refund_id: str, problem: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """The page; `problem` is why an action was not done."""
    desk, found = here.desk, refund_file(here.desk, refund_id)
    standing, now = found.listed.refund.status, desk.clock.now()
    coming = found.pending[0] if found.pending else None
    following = [
        {"event": arc.event, "actor": arc.actor, "to": arc.target} for arc in REFUND.arcs if standing in arc.sources
    ]
    return page(
        request,
        "refund.html",
        status=status,
        place="refunds",
        file=found,
        listed=found.listed,
        refund=found.listed.refund,
        resource=found.resource,
        product=desk.policy.product(found.resource),
        sentence=sentence(found.listed, found.attempts),
        working=None if found.answer is None else working(found.answer),
        timeline=_timeline(found),
        machine=REFUND,
        following=following,
        coming=coming,
        put_off=coming is not None and standing in UNDER_WAY and coming.leased_until is None and coming.due_at > now,
        is_present=found.resource.refund is not None and found.resource.refund.id == refund_id,
        diagram=to_embedded_svg(graph_of(REFUND, found.way)),
        quoted=shlex.quote(found.resource.id),
        problem=problem,
    )


def _timeline(found: RefundFile) -> list[Entry]:
    """Every word about it and who said it, with what subscribers were told, newest first."""
    entries = [((one.delivery.created_at, 2, one.delivery.outbox_id), of_delivery(one)) for one in found.told]
    before: str | None = None
    for row in found.rows:
        now: str = row.changes["refund"]["status"]
        moved = None if before in (None, now) else (str(before), now)
        entries.append(((row.recorded_at, 1, row.seq), replace(of_row(row), moved=moved)))
        before = now
    return [entry for _, entry in sorted(entries, key=lambda ranked: ranked[0], reverse=True)]
