"""Plays a story through the real write path: a desk over a SQLite file of its own, and a clock that is set by hand."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from persistence import schema
from persistence.database import open_engine
from scheduler.sweeps import sweep_until
from service import questions, refunds
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.opening import open_desk
from service.questions import NotFoundError, ResourceView
from tests.stories.columns import COLUMNS, Seen
from tests.stories.read import WORDS_OF_REVIEW, Line, Story, StoryError
from workflows.history import Row
from workflows.instants import instant_text
from workflows.products import CATALOGUE
from workflows.review import ReviewError
from workflows.rules import Rules, RulesError, parse_rules
from workflows.words import ORDER_PAID, Outcome

#: In force from long before any story begins.
PREAMBLE: Final = 'version = "story"\neffective_from = 2020-01-01T00:00:00Z\n'
PAYMENT: Final = {"order_id": "order-1", "account_id": "account-1", "currency": "USD", "coupon_paid": "0.00"}
SANDBOX: Final = {"provider": "sandbox", "reference": "sandbox_ok"}
MOST_ROWS: Final = 1000


@dataclass
class Played:
    """How a story went: what differed, what was seen after each line, and all that was recorded."""

    story: Story
    differences: list[str] = field(default_factory=list)
    seen: list[tuple[Line, Seen]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@cache
def play(story: Story) -> Played:
    """Play a story to its end, once, whatever differs on the way. Raises StoryError for terms that are no rules."""
    played = Played(story)
    clock = SetClock(story.lines[0].arrives)
    with _opened(story, clock) as desk:
        for line in story.lines:
            sweep_until(desk, clock, line.arrives)
            seen = _seen(desk, line)
            played.seen.append((line, seen))
            played.differences += _differences(line, seen)
        for subject in sorted({line.subject for line in story.lines}):
            played.rows += _rows(desk, subject)
    return played


@contextmanager
def _opened(story: Story, clock: SetClock) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        database = Path(folder) / "story.db"
        database.write_bytes(_empty_database())
        engine = open_engine(f"sqlite:///{database}")
        event.listen(engine, "connect", _wait_for_no_disk)
        desk = open_desk(engine, CATALOGUE, _terms(story), clock)
        try:
            yield desk
        finally:
            desk.store.close()


def _wait_for_no_disk(connection: sqlite3.Connection, _record: Any) -> None:
    """A story's database need not survive a power cut, and waiting for the disk is half of the time it takes."""
    connection.execute("PRAGMA synchronous = OFF")


@cache
def _empty_database() -> bytes:
    """A database that is up to date and holds nothing, made once: its migrations take longer than a story."""
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        database = Path(folder) / "empty.db"
        engine = open_engine(f"sqlite:///{database}")
        schema.upgrade(engine, CATALOGUE)
        engine.dispose()
        return database.read_bytes()


def _terms(story: Story) -> list[Rules]:
    """The story's own version of the rules; none where the built-in ones will do."""
    try:
        return [parse_rules(PREAMBLE + "\n".join(story.rules))] if story.rules else []
    except RulesError as error:
        raise StoryError(f"{story.place}: {error}") from None


def _seen(desk: Desk, line: Line) -> Seen:
    outcome, state, why = _told(desk, line) if line.type else (None, None, None)
    view = _view(desk, line.subject)
    if view is None:
        return Seen(outcome, state, why, None, None, ())
    answer = questions.eligibility(desk, line.subject).to_json()
    waiting = [waits.outcome for waits in view.unresolved]
    return Seen(outcome, state if line.type else view.resource.state, why, answer, view.resource, waiting)


def _view(desk: Desk, subject: str) -> ResourceView | None:
    try:
        return questions.view(desk, subject)
    except NotFoundError:
        return None


def _told(desk: Desk, line: Line) -> tuple[str, str | None, list[str] | None]:
    """What became of a line's event, the state right after it, and why, if it was not applied."""
    if line.type in WORDS_OF_REVIEW:
        return _decided(desk, line)
    (result,) = ingest(desk, [Message(_cloud_event(line))])
    why = None if result.outcome == Outcome.APPLIED else [reason.code.key for reason in result.reasons]
    return result.outcome.value, result.state, why


def _decided(desk: Desk, line: Line) -> tuple[str, str | None, list[str] | None]:
    view = _view(desk, line.subject)
    if view is None or view.resource.refund is None:
        raise StoryError(f"{line.place}: there is no refund to {line.type}")
    told = {"reason": None, "amount": None} | dict(line.data)
    refund_id, actor, approve = view.resource.refund.id, told.pop("by", "a manager"), line.type == "approve"
    try:
        refunds.decide(desk, refund_id, actor, approve=approve, **told)
    except ReviewError as error:
        return Outcome.REFUSED.value, view.resource.state, [error.objection.value]
    after = _view(desk, line.subject)
    return Outcome.APPLIED.value, None if after is None else after.resource.state, None


def _cloud_event(line: Line) -> dict[str, Any]:
    attributes = {
        "specversion": "1.0",
        "id": line.place,
        "source": "story",
        "type": line.type,
        "subject": "r",
        "data": _paid(line.data) if line.type == ORDER_PAID else line.data,
    }
    if line.told is not None:
        attributes["time"] = instant_text(line.told)
    return {name: value for name, value in (attributes | dict(line.attributes)).items() if value != ""}


def _paid(data: Any) -> dict[str, Any]:
    return {**PAYMENT, **data, "payment": SANDBOX | data.get("payment", {})}


def _differences(line: Line, seen: Seen) -> Iterator[str]:
    for name, expected in line.expected.items():
        actual = COLUMNS[name].shows(seen, expected)
        if actual != expected:
            yield f"{line.place}: {name}: expected {expected!r}, but it is {actual!r}{_because(seen)}"


def _because(seen: Seen) -> str:
    return f" ({', '.join(seen.why)})" if seen.why else ""


def _rows(desk: Desk, subject: str) -> list[Row]:
    return [] if _view(desk, subject) is None else questions.rows_of(desk, subject, 0, MOST_ROWS)
