"""The summary of a demonstration, for a terminal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from entrypoints.demo.suggestions import Suggestion
from persistence.refusals import Count
from persistence.summaries import MoneySums, Unresolved
from service.summaries import Summary
from workflows.catalogue import Catalogue
from workflows.instants import instant_text
from workflows.money import format_amount
from workflows.words import Availability

COLOURS: Final = {
    "available": "green",
    "action_required": "yellow",
    "review_required": "yellow",
    "in_progress": "cyan",
    "refunded": "blue",
    "unavailable": "red",
}
#: What became of events, in the order in which it is told; `waited` are those that had to wait for it.
OUTCOMES: Final = {
    ("applied", False): "applied at once",
    ("applied", True): "applied after they had waited for another event",
    ("refused", False): "refused, and recorded with the reasons",
    ("refused", True): "refused after they had waited",
    ("parked", True): "parked: they do not fit yet",
    ("dead", True): "dead letters: nothing let them in for 24 hours",
    ("discarded", True): "discarded by an operator",
    ("rejected", True): "rejected after they had waited",
}
#: From this width on, in characters, there is room between the columns.
WIDE: Final = 116
#: What the columns beside the examples take, and what an example has at least.
ROOM_BESIDE_EXAMPLES: Final = 52
LEAST_ROOM: Final = 20
#: What is answered at the door and not remembered.
AT_THE_DOOR: Final = {"duplicate": "delivered again; nothing done", "rejected": "rejected: unusable"}


def print_summary(console: Console, found: Summary, catalogue: Catalogue, answers: Mapping[str, int]) -> None:
    """Print the sums; `answers` are the outcomes as the senders were told them."""
    console.print()
    console.rule(
        f"[bold]Refundry demonstration[/]  as of {instant_text(found.at.replace(microsecond=0))}", align="left"
    )
    wide = console.width >= WIDE
    console.print(_resources(_table("Resources by what can be refunded", wide), found.resources, catalogue))
    console.print(_money(_table("Money by currency", wide), found.money))
    console.print(_events(_table("Events by what became of them", wide), found.events, answers))
    refusals = _table("Why requests for a refund, and other events, were refused", wide)
    console.print(_refusals(refusals, found.refusals, console.width - ROOM_BESIDE_EXAMPLES))
    console.print(_unresolved(found.unresolved))


def print_suggestions(console: Console, suggested: Iterable[Suggestion]) -> None:
    """Print what could be asked next; no command is broken over lines, so that each can be copied."""
    console.print()
    console.rule("[bold]What you could ask next[/]  in another terminal, from this directory", align="left")
    for one in suggested:
        console.print(f"\n[dim]# {escape(one.question)}[/]", soft_wrap=True, highlight=False)
        console.print(one.command, soft_wrap=True, highlight=False, markup=False)
    console.print()


def _resources(table: Table, counts: Mapping[tuple[str, str], int], catalogue: Catalogue) -> Table:
    table.add_column("product")
    for availability in Availability:
        title = availability.value.replace("_", "\n")
        width = max(map(len, title.split()))
        table.add_column(title, justify="right", style=COLOURS[availability.value], min_width=width)
    table.add_column("all", justify="right", style="bold", no_wrap=True)
    for product in catalogue:
        row = [counts.get((product.key, availability.value), 0) for availability in Availability]
        table.add_row(product.title, *map(_count, row), _count(sum(row)))
    sums: Counter[str] = Counter()
    for (_, availability_key), count in counts.items():
        sums[availability_key] += count
    table.add_section()
    table.add_row("all", *(_count(sums[one.value]) for one in Availability), _count(sums.total()), style="bold")
    return table


def _money(table: Table, money: Sequence[MoneySums]) -> Table:
    table.add_column("currency")
    for title in ("resources", "paid in cash", "still refundable", "refund under way", "refunded"):
        table.add_column(title, justify="right")
    for sums in money:
        amounts = (sums.cash_minor, sums.refundable_minor, sums.under_way_minor, sums.paid_out_minor)
        table.add_row(sums.currency, _count(sums.resources), *(_amount(minor, sums.currency) for minor in amounts))
    return table


def _events(table: Table, events: Mapping[tuple[str, bool], int], answers: Mapping[str, int]) -> Table:
    table.add_column("events", justify="right")
    table.add_column("")
    for key, meaning in OUTCOMES.items():
        if key in events:
            table.add_row(_count(events[key]), meaning)
    table.add_row(_count(sum(events.values())), "remembered for ever", style="bold", end_section=True)
    for outcome, meaning in AT_THE_DOOR.items():
        table.add_row(_count(answers.get(outcome, 0)), f"{meaning} (as the senders were told)", style="dim")
    return table


def _refusals(table: Table, refusals: Sequence[Count], room: int) -> Table:
    table.add_column("reason")
    table.add_column("requests", justify="right")
    table.add_column("others", justify="right")
    table.add_column("for example", style="dim", no_wrap=True, max_width=max(room, LEAST_ROOM))
    for one in refusals:
        table.add_row(one.by["reason"], _count(one.requests), _count(one.others), escape(one.example or ""))
    return table


def _unresolved(waiting: Unresolved) -> str:
    everything = waiting.parked + waiting.dead
    return (
        f" [bold]{everything:,} events are unresolved[/]: {waiting.parked:,} parked and {waiting.dead:,} dead letters. "
        f"They concern {waiting.subjects:,} resources, and for {waiting.unpaid:,} of them no payment is known."
    )


def _table(title: str, wide: bool) -> Table:
    """An empty table; what is narrow goes without air between its columns."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, header_style="dim")
    table.padding = (0, 1) if wide else (0, 0)
    return table


def _count(number: int) -> str:
    return f"{number:,}" if number else "·"


def _amount(minor: int, currency: str) -> str:
    whole, point, rest = format_amount(minor, currency).partition(".")
    return f"{int(whole):,}{point}{rest}" if minor else "·"
