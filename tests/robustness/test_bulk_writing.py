"""Texts that a COPY, an array or a JSON text has to escape come back as they were written."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from persistence import bulk_writing, driver, inbox
from persistence.bulk_writing import array_text, copy_text
from persistence.driver import cursor_of
from persistence.inbox import Told
from persistence.store import Connection, Store
from tests.databases import quick_engine
from workflows.events import Event
from workflows.values import replace
from workflows.words import Outcome

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
AWKWARD = ("\\N", "NULL", "", "a\tb", "a\nb\r", "\\", '"{},"', "\x01", "é\u2028😀", "' -- %s ?", "{a,b}")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(quick_engine(database_url))
    yield opened
    opened.close()


def told(text: str, number: int, **more: Any) -> Told:
    data = {"text": text, "number": 2**70, "half": 0.5}
    made = Event("/source" + text, f"{number}{text}", "a.type", "subject" + text, NOW, data, NOW, "print")
    return replace(Told(made, Outcome.PARKED, (), text or None, waited=True, resolved_at=None), **more)


def _applied(one: Told, event: Event) -> Told:
    """What became of an event, which is known by its number."""
    return replace(one, event=event, outcome=Outcome.APPLIED, resolved_at=NOW)


@pytest.mark.parametrize("together", [AWKWARD, *((one,) for one in AWKWARD)], ids=ascii)
def test_awkward_texts_come_back_as_they_were_written(store: Store, together: tuple[str, ...]) -> None:
    written = [told(text, number) for number, text in enumerate(together)]
    with store.writing() as connection:
        inbox.store(connection, written)
    with store.writing() as connection:
        keys = [(one.event.source, one.event.id) for one in written]
        assert inbox.fingerprints(connection, [*keys, ("nobody", "nothing")]) == dict.fromkeys(keys, "print")
        waiting = inbox.waiting(connection, [one.event.subject for one in written])
        assert [replace(events[0][0], arrival=0) for events in waiting.values()] == [one.event for one in written]
        stored = [events[0][0] for events in waiting.values()]
        inbox.resolve(connection, [_applied(one, event) for one, event in zip(written, stored, strict=True)])
        found = inbox.page(connection, None, None, None, 100)
    assert [(one.detail, one.event.data, one.resolved_at) for one in reversed(found)] == [
        (one.detail, one.event.data, NOW) for one in written
    ]


@pytest.mark.parametrize("size", [1, 10, 2_000])
def test_a_batch_of_any_size_takes_as_many_statements(store: Store, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [told("", number) for number in range(size)]
    statements: list[str] = []

    def noted(connection: Connection, statement: str) -> AbstractContextManager[Any]:
        statements.append(statement)
        return cursor_of(connection, statement)

    for module in (driver, bulk_writing):
        monkeypatch.setattr(module, "cursor_of", noted)
    with store.writing() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        inbox.store(connection, written)
        inbox.fingerprints(connection, [(one.event.source, one.event.id) for one in written])
        inbox.waiting(connection, [one.event.subject for one in written])
        inbox.resolve(connection, [_applied(one, one.event) for one in written])
    assert len(statements) == 5


def test_a_copy_escapes_only_what_it_must() -> None:
    assert copy_text([["a", None], ["1", "2"]]) == "a\t1\n\\N\t2\n"
    assert copy_text([["\\N", None], ["a\tb", "\n\r"]]) == "\\\\N\ta\\tb\n\\N\t\\n\\r\n"
    assert array_text(["a", None, 'b"\\']) == '{"a",NULL,"b\\"\\\\"}'
