"""`refundry workflows`: the machines as they are defined, and the verdict on a change before it is deployed."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from entrypoints.catalogues import load_catalogue
from entrypoints.cli import options
from entrypoints.cli.feeding import progress
from entrypoints.cli.verdicts import print_verdict
from entrypoints.wiring import look
from persistence.errors import StoreError
from service import checking
from workflows.definition import Defined
from workflows.instants import instant_text
from workflows.machines import MACHINES
from workflows.products import CATALOGUE
from workflows.words import REFUNDRY

app = typer.Typer(help="Look at the machines, and check a change of them.", no_args_is_help=True)


class UncheckableError(Exception):
    """The check could not be made; the message says why. Its exit status is not the one of a bad verdict."""


@app.callback()
def workflows() -> None:
    """Look at the machines, and check a change of them."""


@app.command("list")
def list_machines(as_json: options.AsJson = False) -> None:
    """List every machine with the version of its definition."""
    found = [
        {"machine": one.key, "title": one.title, "states": len(one.states), "hash": one.definition_hash}
        for one in MACHINES.values()
    ]
    lines = [f"{one['machine']:<28} {str(one['hash'])[:12]}  {one['states']} states  {one['title']}" for one in found]
    typer.echo(json.dumps({"items": found}, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))


@app.command()
def show(
    machine: Annotated[str, typer.Argument(metavar="KEY", help="A product key, refund, or window.")],
    as_json: options.AsJson = False,
) -> None:
    """Show a machine's states and arcs, and the version of its definition."""
    if machine not in MACHINES:
        raise typer.BadParameter(f"{machine!r} is no machine; there are {', '.join(MACHINES)}", param_hint="KEY")
    found = _shown(MACHINES[machine])
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{found['title']} ({found['machine']}), version {found['hash']}")
    for state in found["states"]:
        final = ", final" if state["final"] else ""
        typer.echo(f"\n{state['label']} ({state['state']}{final})")
        for arc in found["arcs"]:
            if state["state"] in arc["from"]:
                typer.echo(f"  {arc['event']} → {arc['to']}  by {_actor(arc)}{_narrowed(arc)}")


@app.command()
def versions(as_json: options.AsJson = False) -> None:
    """List the versions that the database has seen: when each was loaded, and how many rows of history it decided."""
    found = [
        {"machine": one.machine, "hash": one.hash, "loaded_at": instant_text(one.loaded_at), "rows": one.rows}
        for one in checking.versions(look(options.settings_with(None), CATALOGUE))
    ]
    if as_json:
        typer.echo(json.dumps({"items": found}, indent=2, ensure_ascii=False))
        return
    for one in found:
        running = MACHINES.get(str(one["machine"]))
        mark = "  runs here" if running is not None and running.definition_hash == one["hash"] else ""
        loaded, hash_ = str(one["loaded_at"])[:19], str(one["hash"])[:12]
        typer.echo(f"{one['machine']:<28} {hash_}  loaded {loaded}  decided {one['rows']:,} rows{mark}")


@app.command()
def check(
    catalogue: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME", help="Check this catalogue, or the one of a Python FILE, before it is run."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Say whom a change of the machines touches: who is stranded, which recorded moves have no arc, who ends otherwise.

    Nothing is written. Exit status 0: nobody is touched; 1: somebody is; 2: it could not be checked.
    """
    changed = CATALOGUE if catalogue is None else load_catalogue(catalogue)
    try:
        desk = look(options.settings_with(None), CATALOGUE)
        with progress("lives", checking.population_of(desk)) as advance:
            verdict = checking.check(desk, changed, advance)
        desk.store.close()
    except (StoreError, OSError) as error:
        raise UncheckableError(str(error)) from None
    if as_json:
        typer.echo(json.dumps(verdict.to_json(), indent=2, ensure_ascii=False))
    else:
        print_verdict(Console(highlight=False, soft_wrap=True), verdict)
    if verdict.touched:
        raise typer.Exit(1)


def _shown(machine: Defined) -> dict[str, Any]:
    return {
        "machine": machine.key,
        "title": machine.title,
        "hash": machine.definition_hash,
        "states": [
            {"state": str(state), "label": machine.label(state), "final": state in machine.finals}
            for state in machine.states
        ],
        "arcs": [
            {
                "event": arc.event,
                "from": [str(source) for source in arc.sources],
                "to": str(arc.target),
                "actor": arc.actor,
                "guards": [guard.name for guard in arc.guards],
                "condition": arc.condition,
                "came_from": arc.came_from,
            }
            for arc in machine.all_arcs
        ],
    }


def _narrowed(arc: dict[str, Any]) -> str:
    came_from = f"if it came from {arc['came_from']}" if arc["came_from"] else None
    told = [*arc["guards"], *filter(None, (arc["condition"], came_from))]
    return f" [{'; '.join(told)}]" if told else ""


def _actor(arc: dict[str, Any]) -> str:
    return "itself" if arc["actor"] == REFUNDRY else f"the {arc['actor'].replace('_', ' ')}"
