"""The verdict on a changed catalogue, for a terminal."""

from rich.console import Console
from rich.markup import escape

from service.checking import Changed, Illegal, Verdict
from service.judging import Broken, Example, Otherwise
from workflows.instants import instant_text
from workflows.migrating import Stranding
from workflows.money import format_amount
from workflows.verdict import End


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print what changed, then everybody it touches, then the verdict in one line."""
    for changed in verdict.changed:
        _changed(console, changed)
    for stranding in verdict.strandings:
        _stranding(console, stranding)
    for illegal in verdict.illegal:
        _illegal(console, illegal)
    for otherwise in verdict.judged.otherwise:
        _otherwise(console, otherwise)
    for broken in verdict.judged.broken:
        _broken(console, broken)
    as_of = instant_text(verdict.as_of.replace(microsecond=0))
    colour, told = ("red", "somebody is touched") if verdict.touched else ("green", "nobody is touched")
    if verdict.judged.put_away:
        away = verdict.judged.put_away
        console.print(f"[bold yellow]not told again[/]  {away:,} lives, of which the beginning is put away")
    again = verdict.lives - verdict.judged.put_away
    console.print(f"[bold {colour}]{told}[/]  {again:,} lives told again, as of {as_of}")


def _changed(console: Console, changed: Changed) -> None:
    versions = " → ".join(one[:12] for one in (changed.before, changed.after) if one)
    console.print(f"[bold]changed[/]  {changed.machine}  [dim]{versions}[/]")
    for one in changed.differences or ("it says the same in another order",):
        console.print(f"  - {escape(one)}")


def _stranding(console: Console, stranding: Stranding) -> None:
    console.print(f"[bold red]stranded[/]  {escape(stranding.message)}")


def _illegal(console: Console, illegal: Illegal) -> None:
    move = illegal.move
    times = "once" if move.count == 1 else f"{move.count:,} times"
    console.print(
        f"[bold red]no arc[/]  {move.product}: {move.event}, {move.source} → {move.target}, was recorded {times}, "
        f"such as for {escape(', '.join(illegal.examples))}"
    )


def _otherwise(console: Console, otherwise: Otherwise) -> None:
    lives = "life ends" if otherwise.count == 1 else "lives end"
    console.print(f"[bold yellow]decided otherwise[/]  {otherwise.product}: {otherwise.count:,} {lives} in another way")
    for currency in sorted(otherwise.before):
        before, after = (format_amount(money[currency], currency) for money in (otherwise.before, otherwise.after))
        console.print(f"  {currency}: {after} instead of {before}")
    for example in otherwise.examples:
        console.print(f"  - {escape(example.resource_id)}: {_end(example, example.after)}")
        console.print(f"    instead of {_end(example, example.before)}")


def _end(example: Example, end: End) -> str:
    refund = "" if end.refund is None else f", refund {end.refund}"
    amount = (
        "" if end.amount_minor is None else f", {format_amount(end.amount_minor, example.currency)} {example.currency}"
    )
    return f"{end.state}, {end.availability}{refund}{amount}"


def _broken(console: Console, broken: Broken) -> None:
    lives = "1 life" if broken.count == 1 else f"{broken.count:,} lives"
    console.print(f"[bold red]fails[/]  at {lives}, such as {escape(broken.example)}: {escape(broken.error)}")
