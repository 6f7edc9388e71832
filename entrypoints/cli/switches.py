"""`refundry switches`: holding money back, and letting it go again."""

import json
from typing import Annotated, Any

import typer

from entrypoints.cli import options
from entrypoints.cli.refunding import Actor
from entrypoints.http.represent_staff import turning_json
from entrypoints.wiring import wire
from persistence.switches import Turning
from service import switches
from service.desk import Desk

Kind = Annotated[str, typer.Argument(metavar="KIND", help="provider or product.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Which one, such as stripe or ssl_certificate.")]
Reason = Annotated[str, typer.Option(help="Why.")]
SHOWN_TURNINGS = 100
app = typer.Typer(help="Kill switches: while one stands on stop, no money goes out there.", no_args_is_help=True)


@app.callback()
def kill_switches() -> None:
    """Kill switches: while one stands on stop, no money goes out there."""


@app.command("list")
def list_switches(as_json: options.AsJson = False) -> None:
    """List the switches that stand on stop, and who turned what, newest first."""
    desk = _desk()
    stopped = [turning_json(one) for one in switches.stopped(desk)]
    turnings = [turning_json(one) for one in switches.turnings(desk, SHOWN_TURNINGS)]
    if as_json:
        typer.echo(json.dumps({"stopped": stopped, "turnings": turnings}, indent=2, ensure_ascii=False))
        return
    typer.echo("\n".join(f"on stop: {_line(one)}" for one in stopped) or "no switch stands on stop")
    for one in turnings:
        typer.echo(f"  turned to {'stop' if one['stop'] else 'go'}: {_line(one)}")


@app.command()
def stop(kind: Kind, key: Key, actor: Actor, reason: Reason, as_json: options.AsJson = False) -> None:
    """Hold back every payout of a provider or of a product; requests are taken and judged as ever."""
    _say(switches.turn(_desk(), kind, key, actor, reason, stop=True), as_json)


@app.command()
def go(kind: Kind, key: Key, actor: Actor, reason: Reason, as_json: options.AsJson = False) -> None:
    """Let money go out again; what was held goes at once."""
    _say(switches.turn(_desk(), kind, key, actor, reason, stop=False), as_json)


def _desk() -> Desk:
    return wire(options.settings_with(None))


def _say(turning: Turning, as_json: bool) -> None:
    told = turning_json(turning)
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{told['kind']} {told['key']} stands on {'stop' if told['stop'] else 'go'}")


def _line(told: dict[str, Any]) -> str:
    return f"{told['kind']} {told['key']}, by {told['actor']} at {told['changed_at']}: {told['reason']}"
