"""One endpoint: how it does, every delivery with every try at it, and what can be done about them."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.state import Wired, WiredHere
from service.hooks import deliveries, health, subscriptions
from service.hooks.deliveries import DeliveryView, Filter
from service.hooks.delivery import event_of
from service.hooks.schedule import MOST_TRIES

router = APIRouter(include_in_schema=False)
ROWS: Final = 30
#: What the tabs are called in the address, and the status each stands for.
STATUSES: Final = {"failed": "dead", "waiting": "waiting", "delivered": "delivered"}


@router.get("/hooks/{hook_id:own_id}", name="hook")
def hook(request: Request, hook_id: str, here: WiredHere) -> HTMLResponse:
    return shown(request, here, hook_id, told_in(request.query_params))


def told_in(query: Mapping[str, str]) -> dict[str, str]:
    """What is asked of its deliveries, blanks left out."""
    return {name: value for name in ("status", "resource_id", "cursor") if (value := query.get(name, "").strip())}


def shown(
    request: Request,
    here: Wired,
    hook_id: str,
    told: Mapping[str, str],
    *,
    problem: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `problem` is why an action was not done."""
    endpoint = health.endpoint(here.desk, hook_id)
    found = _deliveries(here, hook_id, told)
    following = parameters.to_cursor(str(found[ROWS - 1].delivery.outbox_id)) if len(found) > ROWS else ""
    return page(
        request,
        "hook.html",
        status=status,
        place="hooks",
        endpoint=endpoint,
        hook=endpoint.hook,
        signed=not subscriptions.is_in_process(endpoint.hook),
        items=found[:ROWS],
        event_of=event_of,
        told=told,
        with_told=_changing(hook_id, told),
        following=following,
        most_tries=MOST_TRIES,
        problem=problem,
        key=uuid4().hex,
    )


def _deliveries(here: Wired, hook_id: str, told: Mapping[str, str]) -> list[DeliveryView]:
    status = parameters.one_of("status", told.get("status"), STATUSES)
    wanted = Filter(None if status is None else STATUSES[status], parameters.text("resource", told.get("resource_id")))
    before = parameters.delivery_cursor(told.get("cursor"))
    return deliveries.list_deliveries(here.desk, hook_id, wanted, before, ROWS + 1)


def _changing(hook_id: str, told: Mapping[str, str]) -> Callable[..., str]:
    """The page's address with some of what is told changed, from its first page on."""
    path = f"hooks/{addresses.encoded(hook_id)}"
    return lambda **changes: addresses.address(path, {**told, "cursor": "", **changes})
