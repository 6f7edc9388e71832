"""`refundry refunds`: money on its way back, looked at and hastened."""

import json
from typing import Annotated

import typer

from entrypoints.cli import options
from entrypoints.cli.refunding import Actor, RefundId
from entrypoints.http import represent
from entrypoints.http.parameters import one_of
from entrypoints.wiring import wire
from persistence.refunds import Filter
from service import hastening, refunds
from service.refunds import RefundView
from workflows.instants import instant_text
from workflows.words import RefundStatus

app = typer.Typer(help="Refunds, and what was tried with their providers.", no_args_is_help=True)
MOST = 1000


@app.command("list")
def list_refunds(
    status: Annotated[str | None, typer.Option(metavar="STATUS", help="Only those that stand so.")] = None,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """List refunds, the first that was asked for first."""
    desk = wire(options.settings_with(rules))
    wanted = Filter(status=one_of("status", status, RefundStatus))
    found = refunds.list_refunds(desk, wanted, None, MOST)
    if as_json:
        typer.echo(json.dumps([represent.refund_view(view) for view in found], ensure_ascii=False))
        return
    for view in found:
        typer.echo(_line(view))


@app.command()
def show(refund_id: RefundId, rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """A refund with every attempt at its provider."""
    _tell(refunds.view(wire(options.settings_with(rules)), refund_id), as_json)


@app.command()
def hasten(refund_id: RefundId, actor: Actor, rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """Have a payout that was put off tried, or a doubt asked about, at the next sweep; never paid again."""
    _tell(hastening.hasten(wire(options.settings_with(rules)), refund_id, actor), as_json)


def _tell(view: RefundView, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(represent.refund_view(view), ensure_ascii=False))
        return
    typer.echo(_line(view))
    for attempt in view.attempts:
        typer.echo(f"  {instant_text(attempt.started_at)}  {attempt.kind:<4}  {attempt.reply or 'no answer yet'}")


def _line(view: RefundView) -> str:
    one = view.listed
    return (
        f"{one.refund.id}  {one.refund.status.value:<10}  {one.amount.text:>12} {one.amount.currency}  "
        f"{one.product} {one.resource_id}"
    )
