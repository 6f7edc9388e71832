"""`refundry db`."""

import typer

from entrypoints.cli import options
from entrypoints.wiring import wire

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def upgrade(rules: options.Rules = None) -> None:
    """Bring the database up to this version; `serve` does so by itself."""
    settings = options.settings_with(rules)
    wire(settings).store.close()
    typer.echo("the database is up to date")
