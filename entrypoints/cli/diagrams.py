"""`refundry diagram`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from workflows.diagrams import FORMATS, draw
from workflows.machines import MACHINES

#: How a machine can be drawn, as typer wants it: an enumeration of the names of all formats.
Format = StrEnum("Format", [(name.upper(), name) for name in FORMATS])  # type: ignore[misc]
USUAL: Final = Format("mermaid")


def diagram(
    machine: Annotated[str, typer.Argument(help="A product key, such as ssl_certificate, or refund.")],
    format_: Annotated[Format, typer.Option("--format", help="How to draw it.")] = USUAL,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here.")] = None,
) -> None:
    """Draw a machine as it is defined."""
    if machine not in MACHINES:
        raise typer.BadParameter(f"{machine!r} is no machine; there are {', '.join(MACHINES)}", param_hint="MACHINE")
    text = draw(MACHINES[machine], FORMATS[format_.value])
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
