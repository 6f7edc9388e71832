"""`/v1/refunds`, `/v1/orders` and the asking: money on its way back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from entrypoints.http import parameters, represent, schemas
from entrypoints.http.problems import bad_request, problem
from entrypoints.http.requests import Actor, Body, IdempotencyKey, done_once, text_member
from entrypoints.http.state import WiredHere
from persistence.refunds import Filter
from persistence.store import Connection
from service import actions, hastening, refunds
from service.keyed import ACCEPTED, CREATED, KeyedAnswer
from service.refunds import Asked
from workflows.words import RefundStatus

router = APIRouter(tags=["refunds"])
Text = Annotated[str | None, Query()]
REFUSED = "The refund was refused"


@router.post(
    "/v1/resources/{resource_id:name}/refunds",
    summary="Ask for a refund",
    status_code=CREATED,
    response_model=schemas.Refund,
    responses=schemas.problems(400, 404, 409, 413, 422, 503),
)
def ask_for_refund(
    resource_id: str, here: WiredHere, actor: Actor, body: Body, key: IdempotencyKey = None
) -> JSONResponse:
    """Ask in the name of the actor. A refusal is a 409 with every reason, and is not remembered under the key."""

    def ask(connection: Connection) -> KeyedAnswer:
        asked = refunds.ask(here.desk, connection, [resource_id], actor)[0]
        return (
            KeyedAnswer(CREATED, represent.asked(asked))
            if asked.accepted
            else KeyedAnswer(409, {"reasons": _reasons([asked])})
        )

    return _answered(done_once(here, actor, f"/v1/resources/{resource_id}/refunds", key, body, ask))


@router.post(
    "/v1/orders/{order_id:name}/refunds",
    summary="Ask for the refund of all of an order",
    status_code=CREATED,
    response_model=schemas.OrderRefunds,
    responses=schemas.problems(400, 404, 409, 413, 422, 503),
)
def ask_for_order(order_id: str, here: WiredHere, actor: Actor, body: Body, key: IdempotencyKey = None) -> JSONResponse:
    """Each resource gets its own answer; a 409 where not one of them could be asked for."""
    ids = [listed.resource.id for listed in refunds.resources_of_order(here.desk, order_id)]

    def ask(connection: Connection) -> KeyedAnswer:
        asked = refunds.ask(here.desk, connection, ids, actor)
        results = [represent.asked_in_order(one) for one in asked]
        if any(one.accepted for one in asked):
            return KeyedAnswer(CREATED, {"order_id": order_id, "results": results})
        return KeyedAnswer(409, {"reasons": _reasons(asked), "results": results})

    return _answered(done_once(here, actor, f"/v1/orders/{order_id}/refunds", key, body, ask))


@router.get(
    "/v1/orders/{order_id:name}",
    summary="An order: its resources and how much of it is refunded",
    response_model=schemas.Order,
    responses=schemas.problems(404, 503),
)
def get_order(order_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(represent.order(here.desk, order_id, refunds.resources_of_order(here.desk, order_id)))


@router.get(
    "/v1/refunds",
    summary="Refunds, oldest first",
    response_model=schemas.Refunds,
    responses=schemas.problems(400, 503),
)
def list_refunds(
    here: WiredHere,
    resource_id: Text = None,
    status: Text = None,
    account_id: Text = None,
    cursor: Text = None,
    limit: Annotated[int, Query()] = 100,
) -> JSONResponse:
    most = parameters.limit(limit)
    wanted = Filter(
        parameters.text("resource_id", resource_id),
        parameters.text("account_id", account_id),
        parameters.one_of("status", status, RefundStatus),
    )
    found = refunds.list_refunds(here.desk, wanted, parameters.refund_place(cursor), most + 1)
    following = parameters.refund_cursor(found[most - 1].listed) if len(found) > most else None
    return JSONResponse({"items": [represent.refund_view(view) for view in found[:most]], "next": following})


@router.get(
    "/v1/refunds/{refund_id:own_id}",
    summary="A refund with every attempt",
    response_model=schemas.Refund,
    responses=schemas.problems(404, 503),
)
def get_refund(refund_id: str, here: WiredHere) -> JSONResponse:
    return JSONResponse(represent.refund_view(refunds.view(here.desk, refund_id)))


@router.post(
    "/v1/refunds/{refund_id:own_id}/approve",
    summary="Approve a refund in review",
    response_model=schemas.Refund,
    responses=schemas.problems(400, 403, 404, 409, 413, 503),
)
def approve(refund_id: str, here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    """The word of a second person; `amount` (major units) binds it to the amount that was seen, `reason` is kept."""
    reason, amount = text_member(body, "reason"), text_member(body, "amount")
    view = refunds.decide(here.desk, refund_id, actor, approve=True, reason=reason, amount=amount)
    return JSONResponse(represent.refund_view(view))


@router.post(
    "/v1/refunds/{refund_id:own_id}/decline",
    summary="Decline a refund in review",
    response_model=schemas.Refund,
    responses=schemas.problems(400, 403, 404, 409, 413, 503),
)
def decline(refund_id: str, here: WiredHere, actor: Actor, body: Body) -> JSONResponse:
    """The word of a second person, with its `reason`; the resource goes back to where it came from."""
    reason = text_member(body, "reason")
    view = refunds.decide(here.desk, refund_id, actor, approve=False, reason=reason, amount=None)
    return JSONResponse(represent.refund_view(view))


@router.post(
    "/v1/refunds/{refund_id:own_id}/hasten",
    summary="Have a refund under way taken up at once",
    response_model=schemas.Refund,
    responses=schemas.problems(400, 404, 409, 503),
)
def hasten_refund(refund_id: str, here: WiredHere, actor: Actor) -> JSONResponse:
    """A payout that was put off is tried, a doubt asked about, at the next sweep: under its key, never paid again."""
    return JSONResponse(represent.refund_view(hastening.hasten(here.desk, refund_id, actor)))


@router.post(
    "/v1/resources/{resource_id:name}/overrides",
    summary="Refund although a rule says no",
    status_code=CREATED,
    response_model=schemas.Refund,
    responses=schemas.problems(400, 403, 404, 409, 413, 422, 503),
)
def override(resource_id: str, here: WiredHere, actor: Actor, body: Body, key: IdempotencyKey = None) -> JSONResponse:
    """An account manager asks, with a `reason` and an `amount` (major units); a second account manager decides."""
    reason, amount = text_member(body, "reason"), text_member(body, "amount")
    if reason is None or amount is None:
        raise bad_request("an override needs a reason and an amount")

    def ask(connection: Connection) -> KeyedAnswer:
        return KeyedAnswer(
            CREATED, represent.asked(refunds.override(here.desk, connection, resource_id, actor, reason, amount))
        )

    return _answered(done_once(here, actor, f"/v1/resources/{resource_id}/overrides", key, body, ask))


@router.post(
    "/v1/resources/{resource_id:name}/actions/{event}",
    summary="Wish for a step of the remedy",
    status_code=ACCEPTED,
    response_model=schemas.Action,
    responses=schemas.problems(400, 404, 409, 413, 422, 503),
)
def request_action(
    resource_id: str, event: str, here: WiredHere, actor: Actor, body: Body, key: IdempotencyKey = None
) -> JSONResponse:
    """Have the system that is responsible for the step told by hook; the event it tells in return is the answer."""

    def wish(connection: Connection) -> KeyedAnswer:
        return KeyedAnswer(ACCEPTED, actions.wish(here.desk, connection, resource_id, event, actor))

    return _answered(done_once(here, actor, f"/v1/resources/{resource_id}/actions/{event}", key, body, wish))


@router.get(
    "/v1/accounts/{account_id:name}/balance",
    summary="What was credited to an account's balance",
    response_model=schemas.Balance,
    responses=schemas.problems(503),
)
def get_balance(account_id: str, here: WiredHere) -> JSONResponse:
    """Refunds whose original payment method was gone, or came back: every credit, and their sum by currency."""
    return JSONResponse(represent.balance(account_id, refunds.credits_of(here.desk, account_id)))


def _reasons(asked: Sequence[Asked]) -> list[dict[str, object]]:
    """Every reason once, in the published order."""
    by_code = {reason.code.key: reason for one in asked for reason in one.result.reasons}
    return [reason.to_json() for reason in sorted(by_code.values(), key=lambda reason: reason.code.rank)]


def _answered(reply: KeyedAnswer) -> JSONResponse:
    if reply.status in (CREATED, ACCEPTED):
        headers = {"Idempotent-Replayed": "true"} if reply.replayed else {}
        return JSONResponse(reply.body, status_code=reply.status, headers=headers)
    told = "; ".join(str(reason["message"]) for reason in reply.body["reasons"])
    return problem(409, "refund_refused", REFUSED, told, **reply.body)
