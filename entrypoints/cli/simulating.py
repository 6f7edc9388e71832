"""`refundry simulate`: what if, for one resource or for a whole cohort. Nothing is written."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from entrypoints.cli import options
from entrypoints.cli.feeding import progress
from entrypoints.cli.simulated import tell_cohort, tell_simulation
from entrypoints.http import represent_simulations
from entrypoints.http.cloudevents import parse_json
from entrypoints.wiring import wire
from service import cohorts, simulations
from service.supposition import BadSuppositionError, read_inquiry, read_supposition
from workflows.amending import told_setting
from workflows.comparing import Comparison, Tally

app = typer.Typer(help="Ask what would be if: nothing is ever written.", no_args_is_help=True)
Suppose = Annotated[
    Path | None, typer.Option("--suppose", metavar="FILE", help="Suppose the rules in this file (TOML); not loaded.")
]
SupposeVersion = Annotated[
    str | None, typer.Option("--suppose-version", metavar="NAME", help="Suppose a version that is kept.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Suppose the rules in force with this changed: window.days=14; repeatable."
    ),
]


@app.command("resource")
def simulate_resource(
    resource_id: Annotated[str | None, typer.Argument(metavar="ID", help="The resource; or else --payment.")] = None,
    payment: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Invent a resource: the data of order.paid and its time, as JSON."),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", metavar="JSON", help='Suppose {"type": …, "time": …, "data": …}; repeatable, in order.'
        ),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(metavar="FILE", help="NDJSON: events to suppose before those of --event.")
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", metavar="NAME=VALUE", help="Suppose a fact: consumed=60; repeatable.")
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option("--at", metavar="TIME", help="Answer as of this instant; repeatable.")
    ] = None,
    suppose: Suppose = None,
    suppose_version: SupposeVersion = None,
    changed: Set = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what would become of a resource under supposed events, facts and rules, beside how it really is."""
    desk = wire(options.settings_with(None))
    wish: dict[str, Any] = {
        "events": [*_lines(events), *(_json("--event", one) for one in event or ())],
        "facts": dict(told_setting(one) for one in fact or ()),
        **_rules(suppose, suppose_version, changed),
    }
    wish |= {"resource_id": resource_id} if resource_id is not None else {}
    wish |= {"payment": _json("--payment", payment.read_text(encoding="utf-8"))} if payment is not None else {}
    wish |= {"at": at} if at else {}
    found = represent_simulations.simulation(simulations.simulate(desk, read_supposition(desk, wish)))
    desk.store.close()
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        tell_simulation(Console(highlight=False, soft_wrap=True), found)


@app.command("cohort")
def simulate_cohort(
    suppose: Suppose = None,
    suppose_version: SupposeVersion = None,
    changed: Set = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Paid then or later.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Paid before.")] = None,
    product: Annotated[str | None, typer.Option(metavar="KEY", help="Of this product.")] = None,
    account_id: Annotated[str | None, typer.Option("--account", metavar="ID", help="Of this account.")] = None,
    promotion: Annotated[str | None, typer.Option(metavar="CODE", help="Bought under this promotion.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Paid in this currency.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, in the order of their ids.")] = None,
    examples: Annotated[int, typer.Option(min=0, max=100, help="How many of each kind of change to name.")] = 3,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every changed resource here.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Tell every resource of a cohort again, as if the supposed rules had been in force at its payment, and compare.

    A request really refused that they would accept counts as paid, or as in review where a person would decide.
    """
    desk = wire(options.settings_with(None))
    cohort = {
        "since": since, "until": until, "product": product, "account_id": account_id, "promotion": promotion,
        "currency": currency, "limit": limit,
    }  # fmt: skip
    wish = {"cohort": cohort, "examples": examples, **_rules(suppose, suppose_version, changed)}
    inquiry, wanted = read_inquiry(desk, wish)
    tally = Tally(wanted)
    with progress("resources", cohorts.size(desk, inquiry)) as advance:
        _write(csv, _changed(cohorts.comparisons(desk, inquiry), tally, advance))
    desk.store.close()
    if as_json:
        typer.echo(json.dumps(tally.to_json(), indent=2, ensure_ascii=False))
    else:
        tell_cohort(Console(highlight=False), tally)


def _changed(portions: Iterator[list[Comparison]], tally: Tally, advance: Any) -> Iterator[Comparison]:
    """The changed resources, counted on the way."""
    for some in portions:
        tally.add_all(some)
        advance(len(some))
        yield from (one for one in some if one.changed)


def _write(file: Path | None, changed: Iterator[Comparison]) -> None:
    """Work the comparisons out, into a file as CSV where there is one."""
    with ExitStack() as open_until_the_end:
        out = None if file is None else open_until_the_end.enter_context(file.open("w", encoding="utf-8", newline=""))
        for line in represent_simulations.csv_lines(changed):
            if out is not None:
                out.write(line)


def _rules(file: Path | None, version: str | None, changed: list[str] | None) -> dict[str, Any]:
    """The supposed rules as the members that say so."""
    told: dict[str, Any] = {}
    if file is not None:
        told["rules"] = file.read_text(encoding="utf-8")
    if version is not None:
        told["rules_version"] = version
    if changed:
        told["set"] = dict(told_setting(one) for one in changed)
    return told


def _lines(file: Path | None) -> list[Any]:
    if file is None:
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_json(f"{file}, line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def _json(where: str, text: str) -> Any:
    try:
        return parse_json(text.encode())
    except ValueError as error:
        raise BadSuppositionError(f"{where}: not JSON: {error}") from None
