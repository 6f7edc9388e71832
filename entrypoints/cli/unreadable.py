"""`refundry events unreadable`: what came through a broker and could not be used."""

import json
from typing import Annotated, Any

import typer

from entrypoints.broker.taking import messages_in
from entrypoints.cli import options
from entrypoints.cli.refunding import Actor
from entrypoints.http.cloudevents import NotCloudEventsError
from entrypoints.wiring import wire
from persistence.unreadable import Kept
from service import unreadable
from workflows.instants import instant_text

MOST = 1000
Id = Annotated[int, typer.Argument(metavar="ID", help="The message's number.", min=1, max=2**63 - 1)]
app = typer.Typer(help="Look after messages of a broker that could not be used.", no_args_is_help=True)


@app.command("list")
def list_messages(
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many, from the oldest on.")] = 50,
    as_json: options.AsJson = False,
) -> None:
    """List the messages that nobody has resolved, oldest first."""
    found = unreadable.waiting(wire(options.settings_with(None)), limit=limit)
    if as_json:
        typer.echo(json.dumps({"items": [to_json(one) for one in found]}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(_line(one) for one in found) or "there are no such messages")


@app.command()
def show(id_: Id) -> None:
    """Show a message as it came, and why it was rejected, as JSON."""
    typer.echo(json.dumps(to_json(unreadable.view(wire(options.settings_with(None)), id_)), indent=2))


@app.command()
def retry(id_: Id, actor: Actor, rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """Take a message in after all, once it can be read: after an upgrade, say."""
    desk = wire(options.settings_with(rules))
    kept = unreadable.view(desk, id_)
    try:
        messages = messages_in(kept.raw)
    except NotCloudEventsError as error:
        raise typer.BadParameter(f"message {id_} still cannot be read: {error}", param_hint="ID") from None
    results = [result.to_json() for result in unreadable.retry(desk, id_, actor, messages)]
    if as_json:
        typer.echo(json.dumps({"results": results}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(f"{one['outcome']:<10} {one['resource_id'] or '-'}" for one in results))


@app.command()
def discard(id_: Id, actor: Actor, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Throw a message away; it stays stored, with who did it and why."""
    unreadable.discard(wire(options.settings_with(None)), id_, actor, reason)
    typer.echo(f"message {id_} was discarded")


def to_json(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "address": kept.raw.address,
        "received_at": instant_text(kept.received_at),
        "headers": dict(kept.raw.headers),
        "body": kept.raw.body.decode(errors="backslashreplace"),
        "reasons": list(kept.reasons),
        "resolved_at": None if kept.resolved_at is None else instant_text(kept.resolved_at),
        "resolution": kept.resolution,
    }


def _line(kept: Kept) -> str:
    codes = ", ".join(reason["code"] for reason in kept.reasons)
    return f"{kept.id:>8} {instant_text(kept.received_at)} {kept.raw.address} {codes}"
