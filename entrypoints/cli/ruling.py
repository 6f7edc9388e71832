"""`refundry rules`: the versions kept, and a verdict on a new one before it is loaded."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape

from entrypoints.cli import options
from entrypoints.cli.feeding import progress
from entrypoints.cli.simulated import tell_cohort
from entrypoints.wiring import read_rules, wire
from persistence.cohorts import Cohort
from service import cohorts
from service.cohorts import Inquiry
from service.questions import NotFoundError
from service.rule_checks import Verdict
from service.rule_checks import check as judge
from workflows.amending import rules_json
from workflows.instants import instant_text

app = typer.Typer(help="The refund terms: those kept, and new ones before they are loaded.", no_args_is_help=True)
JUDGED_ON: Final = timedelta(days=90)


@app.command("list")
def list_rules(as_json: options.AsJson = False) -> None:
    """List the versions kept, in the order in which they come into force."""
    desk = wire(options.settings_with(None))
    kept = [rules_json(rules) for rules in desk.policy.rulebook]
    if as_json:
        typer.echo(json.dumps({"items": kept}, indent=2, ensure_ascii=False))
        return
    in_force = desk.policy.rulebook.in_force(desk.clock.now()).version
    for rules in kept:
        mark = "  in force" if rules["version"] == in_force else ""
        typer.echo(f"{rules['version']}  from {rules['effective_from']}{mark}")


@app.command()
def show(version: Annotated[str, typer.Argument(metavar="VERSION", help="Its name.")]) -> None:
    """Print a version word for word, as it was loaded."""
    desk = wire(options.settings_with(None))
    found = next((rules for rules in desk.policy.rulebook if rules.version == version), None)
    if found is None:
        known = ", ".join(rules.version for rules in desk.policy.rulebook)
        raise NotFoundError(f"no version {version!r} is kept; there are {known}")
    typer.echo(found.text, nl=not found.text.endswith("\n"))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new rules (TOML). They are not loaded.")],
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Judge on the resources paid since; default 90 days ago.")
    ] = None,
    examples: Annotated[int, typer.Option(min=0, max=100, help="How many of each kind of change to name.")] = 3,
    as_json: options.AsJson = False,
) -> None:
    """Say what loading new rules would mean. Exit status 1 if there is something to look at, 2 for an unusable file."""
    rules = read_rules([str(file)])[0]
    desk = wire(options.settings_with(None))
    start = options.instant(since, "--since") or desk.clock.now() - JUDGED_ON
    with progress("resources", cohorts.size(desk, Inquiry(rules, Cohort(since=start)))) as advance:
        verdict = judge(desk, rules, start, examples, advance)
    desk.store.close()
    if as_json:
        typer.echo(json.dumps(verdict.to_json(), indent=2, ensure_ascii=False))
    else:
        _tell(Console(highlight=False), verdict)
    if verdict.findings:
        raise typer.Exit(1)


def _tell(console: Console, verdict: Verdict) -> None:
    name, in_force = escape(verdict.rules.version), escape(verdict.in_force.version)
    known = ", which are kept already" if verdict.known else ""
    console.print(f"[bold]{name}[/]{known}: payments from {instant_text(verdict.rules.effective_from)} on take them")
    for one in verdict.differences:
        console.print(f"  {escape(one.setting)}: {_shown(one.before)} -> {_shown(one.after)}")
    if not verdict.differences:
        console.print(f"  the same terms as {in_force}, which are in force")
    for finding in verdict.findings:
        console.print(f"[yellow]look:[/] {escape(finding)}")
    if not verdict.findings:
        console.print("[green]fine[/]: nothing stands against loading them")
    console.print(f"\nHad they been in force for what was paid since {instant_text(verdict.since)}:")
    tell_cohort(console, verdict.population)


def _shown(value: Any) -> str:
    return "not set" if value is None else escape(str(value))
