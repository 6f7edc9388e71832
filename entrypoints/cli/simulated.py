"""What simulations and checks of rules found, for reading in a terminal."""

from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workflows.comparing import Comparison, Tally
from workflows.money import format_amount
from workflows.upshot import Kind

OUTCOME_COLOURS: Final = {"applied": "green", "parked": "yellow", "refused": "red", "rejected": "red"}
MONEY_ROWS: Final = {
    "refunded": Kind.REFUNDED,
    "under way": Kind.UNDER_WAY,
    "in review": Kind.IN_REVIEW,
    "still refundable": Kind.POSSIBLE,
}


def tell_simulation(console: Console, found: dict[str, Any]) -> None:
    """Print the trace and the answers of a simulation, from its JSON."""
    console.print(f"[bold]{escape(found['resource_id'])}[/]  supposed only: nothing is written")
    for row in (found["retold"] or {"rows": ()})["rows"]:
        told = f"{escape(row['event'])}  {row['outcome']}, {row['to']}{_because(row['reasons'])}"
        console.print(f"[dim]{row['at']}  told again: {told}[/]")
    for step in found["trace"]:
        colour = OUTCOME_COLOURS.get(step["outcome"], "cyan")
        moved = step["to"] if step["from"] == step["to"] else f"{step['from']} -> {step['to']}"
        console.print(f"{step['at']}  {escape(step['event'])}  [{colour}]{step['outcome']}[/]  {moved}")
        then = f"{step['availability']}{_money(step['amount'])}, window {step['window']} until {step['deadline_at']}"
        console.print(f"  [dim]then {then}{_because(step['reasons'])}[/]")
        if step["detail"]:
            console.print(f"  [dim]{escape(step['detail'])}[/]")
    for answers in found["answers"]:
        console.print(f"as of [bold]{answers['at']}[/]")
        for name in ("now", "if"):
            console.print(f"  {name:>3}: {_answer(answers[name])}")


def _answer(found: dict[str, Any] | None) -> str:
    if found is None:
        return "no payment is known"
    deadline = f"window {found['window']}, deadline {found['deadline_at']}"
    return f"{found['availability']}{_money(found['amount'])}, {deadline}{_because(found['reasons'])}"


def _money(amount: dict[str, Any] | None) -> str:
    return "" if amount is None else f" {amount['value']} {amount['currency']}"


def _because(reasons: list[dict[str, Any]]) -> str:
    return f" ({', '.join(reason['code'] for reason in reasons)})" if reasons else ""


def tell_cohort(console: Console, tally: Tally) -> None:
    """Print what a cohort's comparison comes to."""
    moved = f"{tally.deadlines_moved:,} deadlines moved" if tally.deadlines_moved else "no deadline moved"
    console.print(f"[bold]{tally.changed:,} of {tally.resources:,} resources would fare otherwise[/]; {moved}.")
    for turn, number in sorted(tally.turns.items()):
        console.print(f"  {number:,} {turn.value}: {turn.meaning}")
    console.print(_kinds(tally))
    console.print(_sums(tally))
    if tally.changed:
        console.print(_examples(tally))


def _kinds(tally: Tally) -> Table:
    table = _table("Resources")
    for title in ("really", "supposed"):
        table.add_column(title)
    table.add_column("resources", justify="right")
    for (before, after), number in sorted(tally.kinds.items()):
        style = "" if before is after else "bold"
        table.add_row(_words(before), _words(after), f"{number:,}", style=style)
    return table


def _sums(tally: Tally) -> Table:
    table = _table("Money")
    for title in ("currency", ""):
        table.add_column(title)
    for title in ("really", "supposed", "difference"):
        table.add_column(title, justify="right")
    for currency, sums in sorted(tally.money.items()):
        for name, kind in MONEY_ROWS.items():
            before, after = sums.before[kind], sums.after[kind]
            if before or after:
                told = (_amount(before, currency), _amount(after, currency), _signed(after - before, currency))
                table.add_row(currency, name, *told)
        table.add_section()
    return table


def _examples(tally: Tally) -> Table:
    table = _table("For example")
    for title in ("resource", "really", "supposed"):
        table.add_column(title, overflow="fold")
    for _, some in sorted(tally.examples.items()):
        for one in some:
            table.add_row(escape(one.resource_id), _side(one, before=True), _side(one, before=False))
        table.add_section()
    return table


def _side(one: Comparison, *, before: bool) -> str:
    upshot, currency = one.before if before else one.after, one.payment.currency
    amount = f" {_amount(upshot.amount_minor, currency)} {currency}" if upshot.amount_minor else ""
    refused = f", refused for {', '.join(upshot.refused_for)}" if upshot.refused_for else ""
    return f"{_words(upshot.kind)}{amount}{refused}"


def _words(kind: Kind) -> str:
    return kind.value.replace("_", " ")


def _amount(minor: int, currency: str) -> str:
    return format_amount(minor, currency)


def _signed(minor: int, currency: str) -> str:
    return f"{'-' if minor < 0 else '+'}{format_amount(abs(minor), currency)}" if minor else "·"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, header_style="dim")
