"""`refundry diagram`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workflows.diagrams import FORMATS, draw
from workflows.machines import MACHINES


class Format(StrEnum):
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


def diagram(
    machine: Annotated[str, typer.Argument(help="A product key, such as ssl_certificate, or refund.")],
    format_: Annotated[Format, typer.Option("--format", help="How to draw it.")] = Format.MERMAID,
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
