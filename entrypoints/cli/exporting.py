"""`refundry export`: what is kept, as files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from entrypoints.cli import filtering, options
from entrypoints.exports.formats import Format, written
from entrypoints.wiring import wire
from persistence.extracts import Events, Rows
from persistence.refunds import Filter as RefundFilter
from persistence.tables import INBOX_OUTCOMES
from service import exports
from service.desk import Desk
from service.exports import Extract
from workflows.words import RefundStatus

FileFormat = Annotated[Format, typer.Option("--format", help="csv for spreadsheets, ndjson for programs, or parquet.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; else standard output.")]
Resource = Annotated[str | None, typer.Option("--resource", metavar="ID", help="Of this resource.")]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Recorded (events: arrived) at this instant or later.")]
Before = Annotated[str | None, typer.Option(metavar="TIME", help="Recorded (events: arrived) before this instant.")]
app = typer.Typer(help="Write what is kept to a file.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write what is kept to a file."""


@app.command("resources")
def export_resources(
    output: Output = None,
    kind: FileFormat = Format.CSV,
    product: filtering.Product = None,
    state: filtering.State = None,
    window: filtering.Window = None,
    availability: filtering.Availability = None,
    account: filtering.Account = None,
    order: filtering.Order = None,
    closing_before: filtering.ClosingBefore = None,
    currency: filtering.Currency = None,
    rules: options.Rules = None,
) -> None:
    """Export resources, with availability, amount and reasons as of now."""
    desk = wire(options.settings_with(rules))
    said = filtering.told(product, state, window, availability, account, order, closing_before, currency)
    write(exports.of_resources(desk, filtering.understood(desk, said, desk.clock.now())), kind, output)


@app.command("refunds")
def export_refunds(
    output: Output = None,
    kind: FileFormat = Format.CSV,
    resource: Resource = None,
    account: filtering.Account = None,
    status: Annotated[RefundStatus | None, typer.Option(help="With this status.")] = None,
) -> None:
    """Export refunds, in the order in which they were asked for."""
    wanted = RefundFilter(resource, account, None if status is None else status.value)
    write(exports.of_refunds(_desk(), wanted), kind, output)


@app.command("history")
def export_history(
    output: Output = None,
    kind: FileFormat = Format.CSV,
    resource: Resource = None,
    since: Since = None,
    before: Before = None,
) -> None:
    """Export every transition and every refusal."""
    write(exports.of_history(_desk_of_records(), _rows(resource, since, before, refused_only=False)), kind, output)


@app.command("refusals")
def export_refusals(
    output: Output = None,
    kind: FileFormat = Format.CSV,
    resource: Resource = None,
    since: Since = None,
    before: Before = None,
) -> None:
    """Export every refusal, one row a reason."""
    write(exports.of_refusals(_desk_of_records(), _rows(resource, since, before, refused_only=True)), kind, output)


@app.command("events")
def export_events(
    output: Output = None,
    kind: FileFormat = Format.CSV,
    outcome: Annotated[str | None, typer.Option(help=f"Only those {', '.join(INBOX_OUTCOMES)}.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="ID", help="Of this resource.")] = None,
    since: Since = None,
    before: Before = None,
) -> None:
    """Export every event that was acknowledged, and what has become of it."""
    if outcome is not None and outcome not in INBOX_OUTCOMES:
        raise typer.BadParameter(f"{outcome!r} is none of {', '.join(INBOX_OUTCOMES)}", param_hint="--outcome")
    bounds = options.instant(since, "--since"), options.instant(before, "--before")
    write(exports.of_events(_desk_of_records(), Events(outcome, subject, *bounds)), kind, output)


def write(extract: Extract, kind: Format, output: Path | None) -> None:
    """Write a table. A file appears whole or not at all."""
    with _counted(extract) as counted:
        chunks = written(counted, kind)
        if output is None:
            _copy(chunks, typer.get_binary_stream("stdout"))
            return
        part = output.with_name(f"{output.name}.part")
        try:
            with part.open("wb") as file:
                _copy(chunks, file)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


def _copy(chunks: Iterable[bytes], into: BinaryIO) -> None:
    for chunk in chunks:
        into.write(chunk)
    into.flush()


@contextmanager
def _counted(extract: Extract) -> Iterator[Extract]:
    """The table, with its rows counted on standard error as they go by."""
    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"rows of {extract.name}", total=None)

        def counting() -> Iterator[list[tuple[Any, ...]]]:
            for rows in extract.portions:
                yield rows
                bar.advance(task, len(rows))

        yield replace(extract, portions=counting())


def _desk() -> Desk:
    return wire(options.settings_with(None))


def _desk_of_records() -> Desk:
    desk = _desk()
    options.tell_what_is_put_away(desk)
    return desk


def _rows(resource: str | None, since: str | None, before: str | None, *, refused_only: bool) -> Rows:
    return Rows(resource, options.instant(since, "--since"), options.instant(before, "--before"), refused_only)
