"""The sums' part of `refundry verify --recount`: run with a progress bar, told in words or as JSON."""

from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from entrypoints.cli.feeding import progress
from service.desk import Desk
from service.verification.data import how_many
from service.verification.sums import Recounted, check_sums
from workflows.instants import instant_text

SHOWN: Final = 20
#: The figures of a sum, in words.
FIGURES: Final = {
    "number": "how many",
    "amount_minor": "amount",
    "before_minor": "amount before the deadline",
    "from_minor": "amount from the deadline on",
}


def recounted_sums(desk: Desk) -> Recounted:
    """Count everything anew, with a progress bar on standard error; any difference means exit status 1."""
    with progress("recount", how_many(desk)) as advance:
        return check_sums(desk, advance)


def print_sums(console: Console, recounted: Recounted) -> None:
    """Every sum that is wrong in words, up to so many, each with what it should be and what it is."""
    mark = "[red]✗[/]" if recounted.wrong else "[green]✓[/]"
    told = f"{mark} Every running sum is what a recount of all resources amounts to. [dim]{recounted.sums:,} sums[/]"
    console.print(f"[bold]Running sums[/], as of {instant_text(recounted.at.replace(microsecond=0))}", highlight=False)
    console.print(told, soft_wrap=True, highlight=False)
    for wrong in recounted.wrong[:SHOWN]:
        console.print(f"    {escape(wrong.what)}:", soft_wrap=True, highlight=False)
        for name, right, kept in wrong.differing:
            console.print(f"        {FIGURES[name]}: expected {right:,}, found {kept:,}", highlight=False)
    if len(recounted.wrong) > SHOWN:
        console.print(
            f"    … and {len(recounted.wrong) - SHOWN:,} more; {len(recounted.wrong):,} in all", highlight=False
        )


def sums_json(recounted: Recounted) -> dict[str, Any]:
    """What was counted anew and what differs, for programs."""
    return {
        "as_of": instant_text(recounted.at),
        "holds": not recounted.wrong,
        "sums": recounted.sums,
        "differences": [
            {
                **wrong.place._asdict(),
                "hour": instant_text(wrong.place.hour),
                "expected": wrong.recounted._asdict(),
                "found": wrong.found._asdict(),
            }
            for wrong in recounted.wrong
        ],
    }
