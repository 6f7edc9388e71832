"""`refundry hooks`."""

import json
from typing import Annotated, Any

import typer

from entrypoints.cli import options
from entrypoints.wiring import wire
from persistence.hook_tables import DELIVERY_STATUSES
from service.desk import Desk
from service.hooks import deliveries, subscriptions
from service.hooks.deliveries import MOST_RESENT, DeliveryView, Filter
from service.hooks.shapes import delivery_json, hook_json, shown_json
from service.hooks.subscriptions import Shown

MOST = 1000
HookId = Annotated[str, typer.Argument(metavar="ID", help="The hook.")]
app = typer.Typer(help="Look after who is told of what happens.", no_args_is_help=True)


@app.callback()
def hooks() -> None:
    """Look after who is told of what happens."""


@app.command("list")
def list_hooks(as_json: options.AsJson = False) -> None:
    """List every hook. Secrets are not shown."""
    desk = _desk()
    now = desk.clock.now()
    found = [hook_json(hook, now) for hook in subscriptions.list_hooks(desk, None, MOST)]
    _say(as_json, {"items": found}, [_hook_line(hook) for hook in found] or ["there are no hooks"])


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where to tell, by a signed POST.")],
    event: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="TYPE", help="A type, a prefix such as refund.*, or *; may be repeated."),
    ] = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: options.AsJson = False,
) -> None:
    """Subscribe. Its signing secret is shown now and never again."""
    desk = _desk()
    _say_shown(as_json, desk, subscriptions.add(desk, {"url": url, "events": event, "description": description}))


@app.command()
def remove(hook_id: HookId, as_json: options.AsJson = False) -> None:
    """Unsubscribe; its deliveries go with it."""
    subscriptions.remove(_desk(), hook_id)
    _say(as_json, {"removed": hook_id}, [f"{hook_id} is removed"])


@app.command()
def enable(hook_id: HookId, as_json: options.AsJson = False) -> None:
    """Enable a hook again; it is told what has been waiting for it."""
    _switch(hook_id, as_json, on=True)


@app.command()
def disable(hook_id: HookId, as_json: options.AsJson = False) -> None:
    """Disable a hook: what waits for it waits on, and of what happens meanwhile it is not told."""
    _switch(hook_id, as_json, on=False)


@app.command()
def rotate(hook_id: HookId, as_json: options.AsJson = False) -> None:
    """Give a hook a new secret, shown now only; for 24 hours the old one is signed with too."""
    desk = _desk()
    _say_shown(as_json, desk, subscriptions.rotate(desk, hook_id))


@app.command("deliveries")
def list_deliveries(
    hook_id: HookId,
    status: Annotated[str | None, typer.Option(help=f"Only those {', '.join(DELIVERY_STATUSES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many, from the newest on.")] = 50,
    as_json: options.AsJson = False,
) -> None:
    """List what a hook was told, newest first, with every attempt."""
    if status is not None and status not in DELIVERY_STATUSES:
        raise typer.BadParameter(f"{status!r} is none of {', '.join(DELIVERY_STATUSES)}", param_hint="--status")
    found = deliveries.list_deliveries(_desk(), hook_id, Filter(status), None, limit)
    lines = [line for view in found for line in _delivery_lines(view)] or ["there are no such deliveries"]
    _say(as_json, {"items": [delivery_json(view) for view in found]}, lines)


@app.command()
def resend(
    delivery_id: Annotated[str, typer.Argument(metavar="ID", help="The delivery.")], as_json: options.AsJson = False
) -> None:
    """Have a delivery told again at once, by the service or the next `refundry sweep`."""
    view = deliveries.resend(_desk(), delivery_id)
    _say(as_json, delivery_json(view), _delivery_lines(view))


@app.command(help=f"Have all that a hook was not told in the end told again, the oldest {MOST_RESENT:,} at most.")
def resend_dead(hook_id: HookId, as_json: options.AsJson = False) -> None:
    resent = deliveries.resend_dead(_desk(), hook_id)
    _say(as_json, {"resent": resent}, [f"{resent} {'delivery is' if resent == 1 else 'deliveries are'} told again"])


def _desk() -> Desk:
    return wire(options.settings_with(None))


def _switch(hook_id: str, as_json: bool, *, on: bool) -> None:
    desk = _desk()
    hook = hook_json(subscriptions.change(desk, hook_id, {"enabled": on}), desk.clock.now())
    _say(as_json, hook, [_hook_line(hook)])


def _say(as_json: bool, answer: dict[str, Any], lines: list[str]) -> None:
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))


def _say_shown(as_json: bool, desk: Desk, shown: Shown) -> None:
    answer = shown_json(shown, desk.clock.now())
    _say(as_json, answer, [_hook_line(answer), f"secret, shown this once: {shown.secret}"])


def _hook_line(hook: dict[str, Any]) -> str:
    state = "enabled" if hook["enabled"] else f"disabled: {hook['disabled_reason']}"
    return f"{hook['id']}  {hook['url']}  {', '.join(hook['events'])}  {state}"


def _delivery_lines(view: DeliveryView) -> list[str]:
    told = delivery_json(view)
    following = f", next attempt {told['next_attempt_at']}" if told["next_attempt_at"] else ""
    lines = [f"{told['id']}  {told['type']}  {told['resource_id']}  {told['status']}{following}"]
    for attempt in told["attempts"]:
        outcome = attempt["error"] if attempt["status"] is None else f"status {attempt['status']}"
        lines.append(f"  {attempt['started_at']}  {attempt['duration_ms']} ms  {outcome}")
    return lines
