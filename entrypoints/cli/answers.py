"""`refundry eligibility` and `refundry sweep`."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from entrypoints.cli import options
from entrypoints.wiring import wire
from scheduler.sweeps import sweep
from service import questions
from workflows.eligibility import Answer
from workflows.instants import instant_text


def eligibility(
    resource_id: Annotated[str, typer.Argument(metavar="ID", help="The resource.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As of this instant instead of now.")] = None,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Say whether a resource may be refunded, how much, why not, what must happen first and until when."""
    moment = options.instant(at, "--at")
    desk = wire(options.settings_with(rules))
    found = questions.eligibility(desk, resource_id, moment)
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        _tell(found)


def sweep_now(rules: options.Rules = None, as_json: options.AsJson = False) -> None:
    """Do once what is due now: record windows that ended, remind, bury parked events, pay out."""
    desk = wire(options.settings_with(rules))
    done = sweep(desk, desk.clock.now())
    typer.echo(json.dumps(done) if as_json else "  ".join(f"{name}: {count}" for name, count in done.items()))


_COLOURS = {"available": "green", "action_required": "yellow", "review_required": "yellow", "unavailable": "red"}


def _tell(found: Answer) -> None:
    console = Console(highlight=False, soft_wrap=True)
    resource, availability = found.case.resource, found.availability.value
    colour = _COLOURS.get(availability, "cyan")
    amount = "" if found.amount is None else f"  {found.amount.to_json()['value']} {found.amount.currency}"
    where = "" if found.destination is None else f" to the {found.destination.replace('_', ' ')}"
    console.print(f"[bold]{escape(resource.id)}[/]  {resource.payment.product}, {resource.state}")
    console.print(f"[bold {colour}]{availability}[/]{amount}{where}")
    deadline, asked = instant_text(resource.deadline_at), instant_text(found.case.at.replace(microsecond=0))
    console.print(f"window {found.window.value}, deadline {deadline}, asked as of {asked}")
    for reason in found.reasons:
        console.print(f"  - {escape(reason.message)} [dim]({reason.code.key})[/]")
    for number, step in enumerate(found.remedy, 1):
        before = f" before {step['before']}" if step["before"] else ""
        console.print(f"  {number}. {step['event']} by the {step['actor'].replace('_', ' ')}{before}")
    console.print(f"[dim]rules {escape(resource.rules_version)}[/]")
