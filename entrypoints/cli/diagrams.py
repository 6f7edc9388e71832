"""`refundry diagram`."""

from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli import options
from entrypoints.wiring import wire
from service.inspection import Wanted, drawn
from workflows.diagrams import FORMATS
from workflows.machines import MACHINES

FORMAT = f"[{'|'.join(FORMATS)}]"


def diagram(
    machine: Annotated[str, typer.Argument(help="A product key, such as ssl_certificate, or refund, or window.")],
    format_: Annotated[str, typer.Option("--format", metavar=FORMAT, help="How to draw it.")] = "mermaid",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here.")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Lay over how many, how much and how long.")] = False,
    resource: Annotated[str | None, typer.Option(metavar="ID", help="Lay over the way of this resource.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="TIME", help="As of this instant instead of now.")] = None,
    product: Annotated[str | None, typer.Option(metavar="KEY", help="Count only this product.")] = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="Count only this account's.")] = None,
    days: Annotated[int | None, typer.Option(metavar="N", help="Count only what was paid within N days.")] = None,
    rules: options.Rules = None,
) -> None:
    """Draw a machine as it is defined; with --counts or --resource, with life from the database laid over it."""
    if machine not in MACHINES:
        raise typer.BadParameter(f"{machine!r} is no machine; there are {', '.join(MACHINES)}", param_hint="MACHINE")
    if format_ not in FORMATS:
        raise typer.BadParameter(f"{format_!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    wanted = Wanted(counts, resource, options.instant(as_of, "--as-of"), product, account, days)
    desk = None if wanted.nothing else wire(options.settings_with(rules))
    text = drawn(desk, machine, format_, wanted)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
