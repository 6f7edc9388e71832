"""`refundry bulk`: many resources judged at once, and their refunds asked for."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from entrypoints.cli import filtering, options
from entrypoints.cli.exporting import write
from entrypoints.cli.feeding import progress
from entrypoints.cli.refunding import Actor
from entrypoints.exports.formats import Format
from entrypoints.http.represent_bulk import run_json
from entrypoints.wiring import wire
from persistence.bulk import Run
from service import bulk, bulk_previews, exports, selections
from service.desk import Desk
from service.selections import Selection
from workflows.events import unstorable

Ids = Annotated[
    str | None, typer.Option("--ids", metavar="FILE", help="Those whose ids stand in a file, one a line; - for stdin.")
]
app = typer.Typer(help="Judge many resources at once, and ask for their refunds.", no_args_is_help=True)


@app.callback()
def many() -> None:
    """Judge many resources at once, and ask for their refunds."""


@app.command()
def eligibility(
    ids: Ids = None,
    product: filtering.Product = None,
    state: filtering.State = None,
    window: filtering.Window = None,
    availability: filtering.Availability = None,
    account: filtering.Account = None,
    order: filtering.Order = None,
    closing_before: filtering.ClosingBefore = None,
    currency: filtering.Currency = None,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what the answers for many resources come to, by availability and currency; `export resources` has each."""
    desk = wire(options.settings_with(rules))
    said = filtering.told(product, state, window, availability, account, order, closing_before, currency)
    selection, _ = _selected(desk, ids, said)
    totals = selections.by_availability(selections.judged(desk, selection, desk.clock.now())).to_json()
    typer.echo(json.dumps(totals, ensure_ascii=False) if as_json else "\n".join(_lines(totals)))


@app.command()
def refund(
    actor: Actor,
    ids: Ids = None,
    product: filtering.Product = None,
    state: filtering.State = None,
    window: filtering.Window = None,
    availability: filtering.Availability = None,
    account: filtering.Account = None,
    order: filtering.Order = None,
    closing_before: filtering.ClosingBefore = None,
    currency: filtering.Currency = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what asking would come to.")] = False,
    token: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="Carry out the dry run with this token, or go on with its run.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask for them without a question.")] = False,
    results: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write what becomes of each to a file.")
    ] = None,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask for the refunds of many resources. What it would come to is shown first; a run can be gone on with."""
    desk = wire(options.settings_with(rules))
    said = filtering.told(product, state, window, availability, account, order, closing_before, currency)
    if token is not None and (dry_run or ids is not None or said):
        raise typer.BadParameter(
            "a token stands for what was previewed; nothing else can be named", param_hint="--token"
        )
    run = (
        bulk.view(desk, token) if token is not None else bulk_previews.preview(desk, *_selected(desk, ids, said), actor)
    )
    if not dry_run:
        run = _carried_out(desk, run, actor, sure=yes or token is not None)
    if results is not None:
        write(exports.of_bulk_results(desk, run.id), Format.CSV, results)
    told = run_json(run)
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _summary(told))
    if "failed" in run.done["groups"]:
        raise typer.Exit(1)


def _carried_out(desk: Desk, run: Run, actor: str, *, sure: bool) -> Run:
    """Ask for every resource of a run, after a question unless it is sure."""
    if not sure:
        typer.echo("\n".join(_lines(run.preview)), err=True)
        typer.confirm(f"Ask for {run.count} refunds?", abort=True, err=True)
    run = bulk.start(desk, run.id, actor, f"command-line {run.id}")
    typer.echo(f"where this is interrupted, it goes on with --token {run.id}", err=True)
    if run.finished_at is not None:
        return run
    with progress("refunds", run.count) as advance:
        before = 0
        for so_far in bulk.carry_on(desk, run.id):
            advance(so_far.done["count"] - before)
            run, before = so_far, so_far.done["count"]
    return run


def _selected(desk: Desk, ids: str | None, said: dict[str, str]) -> tuple[Selection, dict[str, Any]]:
    if (ids is None) == (not said):
        raise typer.BadParameter("name the resources by either --ids or options such as --account")
    if ids is None:
        return filtering.understood(desk, said, desk.clock.now()), {"filter": said}
    text = sys.stdin.read() if ids == "-" else Path(ids).read_text(encoding="utf-8")
    named = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    for name in named:
        if problem := unstorable(name):
            raise typer.BadParameter(f"the id {name[:80]!r} {problem}", param_hint="--ids")
    return named, {"ids": len(named)}


def _summary(told: dict[str, Any]) -> str:
    if told["status"] == "previewed":
        return "\n".join([*_lines(told["preview"]), f"nothing was asked for; --token {told['token']} does so"])
    return "\n".join([*_lines(told["done"]), f"run {told['id']} is {told['status']}"])


def _lines(totals: dict[str, Any]) -> list[str]:
    lines = [f"{totals['count']} resources"]
    for name, group in totals["groups"].items():
        money = ", ".join(f"{sum_['value']} {sum_['currency']}" for sum_ in group["money"])
        lines.append(f"  {name.replace('_', ' ')}: {group['count']}{f', {money}' if money else ''}")
    return lines + [f"    {code}: {count}" for code, count in totals["reasons"].items()]
