"""`refundry db months` and `refundry db detach`."""

import json
from typing import Annotated

import typer

from entrypoints.cli import options
from entrypoints.wiring import wire
from persistence.months import Month
from service import putting_away
from service.putting_away import Held, MonthError


def months(as_json: options.AsJson = False) -> None:
    """List the months of history, inbox and outbox: their rows and size, and whether they may be put away."""
    settings = options.settings_with(None)
    held = putting_away.held(wire(settings), settings.keep_months)
    if as_json:
        typer.echo(json.dumps({"months": [one.to_json() for one in held]}, indent=2))
    else:
        typer.echo("\n".join(line for one in held for line in _lines(one)))


def detach(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month, such as 2026-01; in UTC.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be put away.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Put it away without a question.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Put a month away: its rows leave history, inbox and outbox, and stay in tables of their own beside them.

    Nothing is dropped. What the rows of each resource amount to is kept, so that its history goes on from there.
    """
    wanted = _read(month)
    settings = options.settings_with(None)
    desk = wire(settings)
    held = {one.month: one for one in putting_away.held(desk, settings.keep_months)}
    if wanted not in held:
        raise MonthError(f"there are no rows of {wanted}; see `refundry db months`")
    one = held[wanted]
    if dry_run:
        typer.echo(json.dumps(one.to_json(), indent=2) if as_json else "\n".join(_lines(one)))
        raise typer.Exit(1 if one.reasons else 0)
    if not yes and not one.reasons:
        typer.echo("\n".join(_lines(one)), err=True)
        typer.confirm(f"Put {wanted} away?", abort=True, err=True)
    rows = putting_away.put_away(desk, wanted, settings.keep_months)
    tables = {name: f"{name}_{wanted.suffix}" for name in rows}
    if as_json:
        typer.echo(json.dumps({"month": str(wanted), "rows": dict(rows), "tables": tables}, indent=2))
    else:
        told = ", ".join(f"{number:,} rows in {tables[name]}" for name, number in rows.items())
        typer.echo(f"{wanted} is put away: {told}; dump these tables, and drop them when the dump is safe")


def _read(told: str) -> Month:
    try:
        return Month.parsed(told)
    except ValueError:
        raise typer.BadParameter(f"{told!r} is no month such as 2026-01", param_hint="YYYY-MM") from None


def _lines(one: Held) -> list[str]:
    verdict = "put away" if one.put_away else f"stays: {'; '.join(one.reasons)}" if one.reasons else "may be put away"
    parts = [
        f"  {part.table:8} {part.rows:>12,} rows {part.size_bytes / 2**20:>10,.1f} MiB  {part.place}"
        for part in one.parts
    ]
    return [f"{one.month}  {verdict}", *parts]
