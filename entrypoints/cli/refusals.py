"""`refundry refusals`: why requests for a refund, and other events, were refused, in numbers."""

import json
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from entrypoints.cli import options
from entrypoints.http.refusals import counts_json
from entrypoints.wiring import wire
from persistence.refusals import DIMENSIONS, Counts, Filter
from service.refusals import count_refusals

LARGEST = 20
#: What the columns beside the examples take, and what an example has at least, in characters.
ROOM_BESIDE_EXAMPLES = 58
LEAST_ROOM = 18


def refusals(
    by: Annotated[
        str,
        typer.Option("--by", metavar="NAMES", help=f"Count by one or more of {', '.join(DIMENSIONS)}, with commas."),
    ] = "reason",
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Recorded at this instant or later.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Recorded before this instant.")] = None,
    product: Annotated[str | None, typer.Option(metavar="KEY", help="Of this product only.")] = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="Of this account only.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this code stands in it.")] = None,
    requests: Annotated[bool, typer.Option("--requests", help="Only requests for a refund, not other events.")] = False,
    largest: Annotated[int, typer.Option("--top", min=1, help="So many of the largest groups.")] = LARGEST,
    as_json: options.AsJson = False,
) -> None:
    """Count what was refused, by why, of what, for whom and when."""
    wanted = Filter(
        reason=reason,
        product=product,
        account_id=account,
        requests_only=requests,
        recorded_from=options.instant(since, "--since"),
        recorded_to=options.instant(until, "--until"),
    )
    names = by.split(",")
    desk = wire(options.settings_with(None))
    found = count_refusals(desk, wanted, names, largest)
    options.tell_what_is_put_away(desk)
    if as_json:
        typer.echo(json.dumps(counts_json(found, names), ensure_ascii=False))
    else:
        _tell(Console(highlight=False), found, names)


def _tell(console: Console, found: Counts, names: list[str]) -> None:
    if not found.refusals:
        console.print("nothing was refused")
        return
    console.print(_table(found, names, console.width))
    if found.groups > len(found.largest):
        console.print(f"the largest {len(found.largest):,} of {found.groups:,} groups; --top shows more")
    console.print(f"{found.refusals:,} refusals in all, {found.requests:,} of them of requests for a refund")
    if "reason" in names:
        console.print("[dim]a refusal with several reasons is counted with each of them[/]")


def _table(found: Counts, names: list[str], console_width: int) -> Table:
    table = Table(box=SIMPLE_HEAD, header_style="dim")
    for name in names:
        table.add_column(name, overflow="fold")
    for title in ("refusals", "requests", "others"):
        table.add_column(title, justify="right", no_wrap=True)
    if names == ["reason"]:
        room = max(console_width - ROOM_BESIDE_EXAMPLES, LEAST_ROOM)
        table.add_column("for example", style="dim", no_wrap=True, max_width=room)
    for one in found.largest:
        counted = [f"{number:,}" for number in (one.refusals, one.requests, one.others)]
        example = [escape(one.example or "")] if names == ["reason"] else []
        table.add_row(*(escape(one.by[name]) for name in names), *counted, *example)
    return table
