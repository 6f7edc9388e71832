"""`refundry events`: events that nobody has resolved, and what became of all the others."""

import json
from typing import Annotated, Any

import typer

from entrypoints.cli import options
from entrypoints.cli.refunding import Actor
from entrypoints.http.represent_staff import received_json
from entrypoints.wiring import wire
from persistence.inbox import Received
from persistence.tables import INBOX_OUTCOMES
from service import letters
from service.desk import Desk
from service.letters import Filter

MOST = 1000
Arrival = Annotated[int, typer.Argument(metavar="ARRIVAL", help="The event's arrival number.", min=1, max=2**63 - 1)]
app = typer.Typer(
    help="Look after events: parked ones, dead letters, and what became of the rest.", no_args_is_help=True
)


@app.callback()
def events() -> None:
    """Look after events: parked ones, dead letters, and what became of the rest."""


@app.command("list")
def list_events(
    outcome: Annotated[str | None, typer.Option(help=f"Only those {', '.join(INBOX_OUTCOMES)}.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="ID", help="Only those of this resource.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many, from the newest on.")] = 50,
    as_json: options.AsJson = False,
) -> None:
    """List events as they were told, newest first."""
    if outcome is not None and outcome not in INBOX_OUTCOMES:
        raise typer.BadParameter(f"{outcome!r} is none of {', '.join(INBOX_OUTCOMES)}", param_hint="--outcome")
    found = [received_json(one) for one in letters.page(_desk(), Filter(outcome, subject), None, limit)]
    if as_json:
        typer.echo(json.dumps({"items": found}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(_line(one) for one in found) or "there are no such events")


@app.command()
def show(arrival: Arrival) -> None:
    """Show an event with its data and what became of it, as JSON."""
    typer.echo(json.dumps(received_json(letters.view(_desk(), arrival)), indent=2, ensure_ascii=False))


@app.command()
def retry(arrival: Arrival, rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """Try a waiting event again as of now; one that still does not fit stays what it is."""
    _say(letters.retry(wire(options.settings_with(rules)), arrival), as_json)


@app.command()
def discard(
    arrival: Arrival,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: options.AsJson = False,
) -> None:
    """Resolve a waiting event without taking it in."""
    _say(letters.discard(_desk(), arrival, actor, reason), as_json)


def _desk() -> Desk:
    return wire(options.settings_with(None))


def _say(received: Received, as_json: bool) -> None:
    told = received_json(received)
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else _line(told))


def _line(told: dict[str, Any]) -> str:
    why = "; ".join(reason["message"] for reason in told["reasons"]) or told["detail"]
    line = f"{told['arrival']}  {told['outcome']:<9}  {told['type']}  {told['subject']}  told {told['arrived_at']}"
    return line if why is None else f"{line}  ({why})"
