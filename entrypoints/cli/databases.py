"""`refundry db`."""

import json
from typing import Annotated

import typer

from entrypoints.cli import months, options
from entrypoints.cli.feeding import progress
from entrypoints.wiring import wire
from persistence.database import BadDatabaseUrlError, is_there, open_engine
from persistence.store import Store
from service.copying import Copying
from workflows.products import CATALOGUE

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


app.command("months")(months.months)
app.command("detach")(months.detach)


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def upgrade(rules: options.Rules = None) -> None:
    """Bring the database up to this version; `serve` does so by itself."""
    settings = options.settings_with(rules)
    wire(settings).store.close()
    typer.echo("the database is up to date")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database to copy, such as sqlite:///refundry.db.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty one: postgresql+psycopg://user@host/database.")],
    as_json: options.AsJson = False,
) -> None:
    """Copy a database into an empty one of either kind, and compare the two row by row.

    Stop what writes to the first one; it stays as it is. Either all of it is copied or nothing.
    """
    options.settings_with(None)
    reading, writing = open_engine(source), open_engine(target)
    if not is_there(source):
        raise BadDatabaseUrlError(f"there is no database at {source}")
    if source == target:
        raise BadDatabaseUrlError("FROM and TO are the same database; name a new one")
    copying = Copying(Store(reading), writing, CATALOGUE)
    total = 2 * sum(copying.size().values())
    with progress("copying, then comparing", total) as advance:
        rows = copying.make(advance)
    if as_json:
        typer.echo(json.dumps({"rows": dict(rows)}, indent=2))
    else:
        typer.echo("\n".join(f"{count:>12,}  {name}" for name, count in rows.items() if count))
        typer.echo(f"{sum(rows.values()):>12,}  rows, each read again and found equal")
