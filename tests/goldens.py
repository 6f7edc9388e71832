"""The published documents that the program itself writes. Run this module to write them anew."""

import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import typer.rich_utils
from typer.testing import CliRunner

from entrypoints.cli.main import app as command_line
from ops.grafana.dashboards import dashboards
from service.hooks.published import asyncapi, events_page
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.theme import stylesheet
from workflows.machines import MACHINES
from workflows.products import CATALOGUE

VERSION = version("refundry")
ROOT = Path(__file__).parent.parent
#: The ending of a published diagram, by its format.
ENDINGS = {
    "mermaid": "mmd",
    "dot": "dot",
    "plantuml": "puml",
    "scxml": "scxml",
    "json": "json",
    "svg": "svg",
}
COMMANDS = (
    "",
    "demo",
    "serve",
    "ingest",
    "eligibility",
    "refund",
    "reviews list",
    "reviews approve",
    "reviews decline",
    "sweep",
    "diagram",
    "verify",
    "refusals",
    *(f"simulate {verb}" for verb in ("resource", "cohort")),
    *(f"rules {verb}" for verb in ("list", "show", "check")),
    *(f"bulk {verb}" for verb in ("eligibility", "refund")),
    "export",
    *(f"events {verb}" for verb in ("list", "show", "retry", "discard")),
    *(f"switches {verb}" for verb in ("list", "stop", "go")),
    *(f"workflows {verb}" for verb in ("list", "show", "versions", "check")),
    *(
        f"hooks {verb}"
        for verb in ("list", "add", "remove", "enable", "disable", "rotate", "deliveries", "resend", "resend-dead")
    ),
    *(f"db {verb}" for verb in ("upgrade", "copy", "months", "detach")),
)


def goldens() -> Iterator[tuple[str, str]]:
    """Each published document: its path in the repository, and its text as the program writes it today."""
    for machine in MACHINES.values():
        for format_, ending in ENDINGS.items():
            yield f"docs/machines/{machine.key}.{ending}", draw(machine, FORMATS[format_])
    yield "docs/machines/README.md", machines_page()
    yield "entrypoints/dashboard/assets/diagram.css", stylesheet() + "\n"
    yield "docs/reference/command-line.txt", "\n".join(help_text(command) for command in COMMANDS)
    yield "docs/reference/openapi.json", openapi()
    yield "docs/events.md", events_page(CATALOGUE)
    yield "docs/reference/asyncapi.json", json.dumps(asyncapi(CATALOGUE, VERSION), indent=1, ensure_ascii=False) + "\n"
    for name, text in dashboards():
        yield f"ops/grafana/{name}", text


def machines_page() -> str:
    lines = [
        "# The machines",
        "",
        "Drawn by `refundry diagram` from the definitions that run. Green: a refund may be asked for here. Yellow: a",
        "refund is in progress. Blue: final. ↩ marks a step that may be missing before a refund is possible.",
        "Under each event stand its conditions and who acts. A product's refund window lives beside its lifecycle.",
    ]
    for machine in MACHINES.values():
        drawn = draw(machine, FORMATS["mermaid"])
        also = ", ".join(f"[{format_}]({machine.key}.{ending})" for format_, ending in ENDINGS.items())
        lines += ["", f"## {machine.title}", "", f"`{machine.key}`: {also}", "", "```mermaid", drawn.rstrip(), "```"]
    return "\n".join(lines) + "\n"


def help_text(command: str) -> str:
    typer.rich_utils.MAX_WIDTH = 100
    words = [*command.split(), "--help"]
    answer = CliRunner().invoke(command_line, words, env={"TERM": "dumb", "NO_COLOR": "1"}, prog_name="refundry")
    assert answer.exit_code == 0, answer.output
    lines = [line.rstrip() for line in answer.output.splitlines()]
    return f"$ refundry {' '.join(words)}\n" + "\n".join(lines).strip("\n") + "\n"


def openapi() -> str:
    from entrypoints.http.app import api_description

    return json.dumps(api_description(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    os.chdir(ROOT)
    for name, text in goldens():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
