"""Options that several verbs share, and how their values are read."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from service.desk import Desk
from service.putting_away import kept_since
from workflows.instants import instant_text, parse_instant

Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="A rules file (TOML); may be given several times, one version each."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def settings_with(rules: list[Path] | None, *, quiet: bool = True) -> Settings:
    """The environment's settings with the rules files of the command line, where there are any; logging is set up."""
    settings = Settings.from_environment()
    if rules:
        settings = replace(settings, rules_files=tuple(str(path) for path in rules))
    configure_logging("warning" if quiet and settings.log_level == "info" else settings.log_level)
    return settings


def instant(told: str | None, name: str) -> datetime | None:
    try:
        return None if told is None else parse_instant(told)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=name) from None


def tell_what_is_put_away(desk: Desk) -> None:
    """Say, beside an answer made of single records, from when on they are there; nothing where all of them are."""
    since = kept_since(desk)
    if since is not None:
        typer.echo(f"what was recorded before {instant_text(since)} is put away, and is not in this", err=True)
