"""`refundry refund` and `refundry reviews`: asking, and the word of a second person."""

import getpass
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from entrypoints.cli import options
from entrypoints.http import represent
from entrypoints.wiring import wire
from persistence.answered import Keyed
from persistence.refunds import Filter
from persistence.store import Connection
from service import refunds
from service.keyed import CREATED, KeyedAnswer, once
from service.refunds import RefundView
from workflows.words import RefundStatus

reviews = typer.Typer(help="Refunds that wait for a person.", no_args_is_help=True)
Actor = Annotated[str, typer.Option("--actor", metavar="NAME", help="Who acts.", default_factory=getpass.getuser)]
RefundId = Annotated[str, typer.Argument(metavar="REFUND", help="The refund's id.")]
MOST = 1000


def refund(
    resource_id: Annotated[str, typer.Argument(metavar="ID", help="The resource.")],
    actor: Actor,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="The same key, the same request; without one, one request a resource and day."
        ),
    ] = None,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask for the refund of a resource. Exit status 1 where it is refused, with every reason."""
    desk = wire(options.settings_with(rules))
    path = f"/v1/resources/{resource_id}/refunds"

    def ask(connection: Connection) -> KeyedAnswer:
        asked = refunds.ask(desk, connection, [resource_id], actor)[0]
        if asked.accepted:
            return KeyedAnswer(CREATED, represent.asked(asked))
        return KeyedAnswer(409, {"reasons": [reason.to_json() for reason in asked.result.reasons]})

    chosen = key or f"command-line {desk.clock.now().date()}"
    reply = once(desk, Keyed(actor, path, chosen, hashlib.sha256(b"{}").hexdigest()), ask)
    if as_json:
        typer.echo(json.dumps(reply.body, ensure_ascii=False))
    elif reply.status == CREATED:
        _tell(reply.body, again=reply.replayed)
    else:
        for reason in reply.body["reasons"]:
            typer.echo(f"refused: {reason['message']} ({reason['code']})")
    if reply.status != CREATED:
        raise typer.Exit(1)


@reviews.command("list")
def list_reviews(rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """List the refunds in review, the longest waiting first."""
    desk = wire(options.settings_with(rules))
    found = refunds.list_refunds(desk, Filter(status=RefundStatus.IN_REVIEW.value), None, MOST)
    if as_json:
        typer.echo(json.dumps([represent.refund_view(view) for view in found], ensure_ascii=False))
    else:
        _list(found)


@reviews.command()
def approve(
    refund_id: RefundId,
    actor: Actor,
    amount: Annotated[str | None, typer.Option(help="The amount this is given for, such as 1.28.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    rules: options.Rules = None,
) -> None:
    """Approve a refund in review; void if its amount has changed from the one named."""
    _decide(refund_id, actor, rules, approve=True, reason=reason, amount=amount)


@reviews.command()
def decline(
    refund_id: RefundId,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why.")],
    rules: options.Rules = None,
) -> None:
    """Decline a refund in review, with a reason."""
    _decide(refund_id, actor, rules, approve=False, reason=reason, amount=None)


def _decide(
    refund_id: str, actor: str, rules: options.Rules, *, approve: bool, reason: str | None, amount: str | None
) -> None:
    desk = wire(options.settings_with(rules))
    view = refunds.decide(desk, refund_id, actor, approve=approve, reason=reason, amount=amount)
    _tell(represent.refund_view(view))


def _tell(body: dict[str, Any], *, again: bool = False) -> None:
    amount, where = body["amount"], body["destination"].replace("_", " ")
    typer.echo(f"{body['id']}  {body['status']}  {amount['value']} {amount['currency']} to the {where}")
    if again:
        typer.echo("asked for before; nothing was done again")


def _list(found: Sequence[RefundView]) -> None:
    for view in found:
        body = represent.refund_view(view)
        amount = f"{body['amount']['value']} {body['amount']['currency']}"
        typer.echo(
            f"{body['id']}  {amount:>16}  {body['product']} {body['resource_id']}, "
            f"asked by {body['requested_by']} at {body['requested_at']}"
        )
    if not found:
        typer.echo("no refund waits for review")
