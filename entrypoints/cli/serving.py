"""`refundry serve`."""

import gc
import ipaddress
import socket
from typing import Annotated

import typer
import uvicorn

from entrypoints.cli import options
from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings, SettingsError
from entrypoints.wiring import wire
from scheduler.errands import Errands
from scheduler.live import Tick
from scheduler.metronome import Metronome
from scheduler.telling import Telling
from service.clock import SetClock
from workflows.instants import EARLIEST

Host = Annotated[str, typer.Option(help="The address to listen on; only a loopback address without credentials.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    rules: options.Rules = None,
    test_clock: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Stand at this instant; time then moves only by PUT /v1/test-clock."),
    ] = None,
) -> None:
    """Serve the HTTP API, and close windows by itself. The database is upgraded first."""
    check_loopback(host)
    start = options.instant(test_clock, "--test-clock")
    settings = options.settings_with(rules, quiet=False)
    run(settings, host, port, SetClock(start or EARLIEST) if start else None)


def run(settings: Settings, host: str, port: int, test_clock: SetClock | None = None) -> None:
    """Serve until interrupted."""
    desk = wire(settings, test_clock)
    metronome = None if test_clock else Metronome(Tick(desk), settings.tick_seconds)
    telling = None if test_clock else Telling(desk, settings.tick_seconds)
    errands = Errands(desk, settings.tick_seconds)
    app = create_app(Wired(desk, settings, metronome, test_clock, telling=telling, errands=errands))
    # What is wired lives as long as the process does: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10)


def check_loopback(host: str) -> None:
    """Raise SettingsError for an address that others can reach: without credentials, anybody there could use it."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise SettingsError(f"--host {host}: {error}") from None
    if not all(ipaddress.ip_address(str(address).split("%")[0]).is_loopback for address in found):
        raise SettingsError(
            f"--host {host} can be reached from other machines, and no credentials are configured; "
            "use a loopback address such as 127.0.0.1"
        )
