"""`refundry demo`: ten invented days, told to the real intake, summed up and served."""

import os
import shlex
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from entrypoints.cli import options, serving
from entrypoints.cli.feeding import Tally, progress, told
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.demo.suggestions import Place, Suggestion, suggestions
from entrypoints.demo.summary import print_suggestions, print_summary
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from persistence.database import open_engine
from persistence.errors import StoreError
from scheduler.live import fold_all
from scheduler.sweeps import sweep_until
from service.clock import SetClock, SystemClock
from service.desk import Desk
from service.summaries import rules_kept, summary
from workflows.instants import EARLIEST
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

HOST = "127.0.0.1"
DATABASE = Path("refundry-demo.db")


class PortTakenError(OSError):
    """Another process listens on the port the demonstration is to be served at."""


class NotADemoError(OSError):
    """The file named for the demonstration is something else, and is not overwritten."""


def demo(
    database: Annotated[
        Path, typer.Option(metavar="FILE", help="The SQLite file to make; an earlier demonstration there is replaced.")
    ] = DATABASE,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve at.")] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Whether to serve it afterwards.")] = True,
) -> None:
    """Make a demonstration: ten days of invented events through the real intake, summed up, and served."""
    settings = replace(options.settings_with(None), database_url=f"sqlite:///{database}", rules_files=())
    if serve:
        check_port(port)
    clear(database, settings.database_url)
    place = Place(_program(), settings.database_url, f"http://{HOST}:{port}")
    _make(settings, place, serve)
    if serve:
        configure_logging(settings.log_level)
        typer.echo(f"Serving {place.address} (its API page: {place.address}/docs). Ctrl-C ends it.")
        serving.run(settings, HOST, port)


def _make(settings: Settings, place: Place, served: bool) -> None:
    now = SystemClock().now()
    clock = SetClock(EARLIEST)
    desk = wire(settings, clock, [parse_rules(DEMO_RULES)])
    events = demo_events(now.replace(minute=0, second=0, microsecond=0))
    with progress("ten days of events", len(events)) as advance:
        tally = fill(desk, clock, events, now, advance)
    console = Console()
    print_summary(console, summary(desk), CATALOGUE, tally.outcomes)
    first = [] if served else [Suggestion("Serve it at the address of the questions below.", _serving(place))]
    print_suggestions(console, [*first, *suggestions(desk, place)])
    desk.store.close()


def fill(
    desk: Desk, clock: SetClock, events: Iterable[Any], until: datetime, advance: Callable[[int], object]
) -> Tally:
    """Tell the events, each at its own time, and do what falls due on the way and up to `until`."""
    tally = Tally()
    for results in told(desk, clock, events):
        tally.add(results)
        advance(len(results))
    sweep_until(desk, clock, until)
    fold_all(desk)
    return tally


def check_port(port: int) -> None:
    """Raise PortTakenError where the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise PortTakenError(f"port {port} is taken; choose another with --port, or --no-serve") from None


def clear(database: Path, url: str) -> None:
    """Remove an earlier demonstration's files; under another name than the usual one it must be seen to be one.

    Raises NotADemoError for a file that is none.
    """
    if database.exists() and database.name != DATABASE.name:
        engine = open_engine(url)
        try:
            kept = rules_kept(engine)
        except StoreError:
            kept = []
        finally:
            engine.dispose()
        if kept != [parse_rules(DEMO_RULES).version]:
            raise NotADemoError(
                f"{database} is no earlier demonstration and is left alone; name another with --database"
            )
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _serving(place: Place) -> str:
    return place.run("serve", "--port", place.address.rsplit(":", 1)[1])


def _program() -> str:
    """How this program was called, as short as it can be typed again from here."""
    called = Path(sys.argv[0])
    if not called.is_absolute():
        return shlex.quote(str(called))
    here = Path.cwd()
    return shlex.quote(os.path.relpath(called, here)) if called.is_relative_to(here) else "refundry"
