"""`refundry ingest` and `refundry demo`: events from a file, or made for a demonstration, through the real intake."""

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from entrypoints.cli import options
from entrypoints.http.cloudevents import from_json, parse_json
from entrypoints.wiring import wire
from scheduler.live import fold_all
from scheduler.replay import own_time, replay
from service.batch import Result
from service.clock import SetClock, SystemClock
from service.desk import Desk
from service.ingest import Message, ingest
from workflows.instants import EARLIEST
from workflows.words import Outcome

BATCH_SIZE = 500
SHOWN_PROBLEMS = 20


@dataclass(slots=True)
class Tally:
    """What became of a stream of events: counts by outcome, and the first that did not go through."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, Result]] = field(default_factory=list)
    seen: int = 0

    def add(self, results: Iterable[Result]) -> None:
        for result in results:
            self.seen += 1
            self.outcomes[result.outcome.value] += 1
            if result.outcome == Outcome.REJECTED and len(self.problems) < SHOWN_PROBLEMS:
                self.problems.append((self.seen, result))

    def to_json(self) -> dict[str, Any]:
        rejected = [{"line": line, **result.to_json()} for line, result in self.problems]
        return {"events": self.seen, "outcomes": dict(self.outcomes), "first_rejected": rejected}


def ingest_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="NDJSON: one CloudEvent a line; - for standard input.")],
    replayed: Annotated[
        bool, typer.Option("--replay", help="Let each event arrive at its own time, and do what falls due in between.")
    ] = False,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Take events from a file. Exit status 1 if any was rejected; the others are taken all the same."""
    with _opened(file) as (stream, size):
        clock = SetClock(EARLIEST) if replayed else None
        desk = wire(options.settings_with(rules), clock)
        tally = Tally()
        with progress("events", size) as advance:
            messages = _in_order_of_time(stream, advance) if replayed else _messages(stream, advance)
            for results in told(desk, clock, messages):
                tally.add(results)
        fold_all(desk)
        desk.store.close()
    if as_json:
        typer.echo(json.dumps(tally.to_json(), ensure_ascii=False))
    else:
        _report(tally)
    if tally.outcomes[Outcome.REJECTED.value]:
        raise typer.Exit(1)


def told(desk: Desk, clock: SetClock | None, messages: Iterable[Any]) -> Iterator[list[Result]]:
    """The results of a stream of messages, batch by batch; replayed where there is a clock to move."""
    if clock is not None:
        yield from replay(desk, clock, messages, no_later_than=SystemClock().now())
        return
    rest = iter(messages)
    while some := [Message(one) for one in islice(rest, BATCH_SIZE)]:
        yield ingest(desk, some)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Any]:
    """A progress bar on standard error; yields what advances it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda amount: bar.advance(task, amount)


@contextmanager
def _opened(file: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """The stream and its size in bytes, where that is known."""
    if file == "-":
        yield sys.stdin.buffer, None
        return
    with Path(file).open("rb") as stream:
        yield stream, os.fstat(stream.fileno()).st_size


def _messages(stream: BinaryIO, advance: Callable[[int], None]) -> Iterator[Any]:
    for line in stream:
        advance(len(line))
        if line.strip():
            yield _message(line)


def _in_order_of_time(stream: BinaryIO, advance: Callable[[int], None]) -> Iterator[Any]:
    """The messages in order of their times; one without a time of its own follows the line before it.

    Only times and places are held in memory; a stream that cannot be read twice is copied to a temporary file.
    """
    with TemporaryFile() as copy:
        if not stream.seekable():
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            stream = copy
        places: list[tuple[datetime, int]] = []
        latest, place = EARLIEST, stream.tell()
        for line in stream:
            latest = own_time(_message(line)) or latest
            places.append((latest, place))
            place += len(line)
        for _, place in sorted(places, key=itemgetter(0)):
            stream.seek(place)
            yield from _messages(BytesIO(stream.readline()), advance)


def _message(line: bytes) -> Any:
    """The event on a line; a line that is no JSON stays a text, which is rejected as what it is."""
    try:
        return from_json(parse_json(line))
    except ValueError:
        return line.decode("utf-8", "replace")


def _report(tally: Tally) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    typer.echo(f"{tally.seen} events: {counts or 'nothing to do'}")
    for line, result in tally.problems:
        why = "; ".join(reason.message for reason in result.reasons)
        typer.echo(f"  event {line} ({result.id or 'no id'}): {why}", err=True)
