"""Notes on resources, and saved views: what people leave for each other."""

from collections.abc import Sequence
from typing import Final

from persistence import resources, staff
from persistence.staff import Note, View
from persistence.store import Connection
from service.desk import Desk
from service.questions import NotFoundError
from workflows.events import unstorable

LONGEST_NOTE: Final = 4000
LONGEST_NAME: Final = 80
LONGEST_QUERY: Final = 2000


class NoteError(ValueError):
    """The note or the view cannot be kept so; the message says what would be right."""


def note(desk: Desk, resource_id: str, author: str, text: str) -> Note:
    """Write something down about a resource. Raises NotFoundError or NoteError."""
    with desk.store.writing() as connection:
        return note_within(desk, connection, resource_id, author, text)


def note_within(desk: Desk, connection: Connection, resource_id: str, author: str, text: str) -> Note:
    """The same, within a transaction."""
    _check("a note", text, LONGEST_NOTE)
    written = Note(resource_id, author, text.strip(), desk.clock.now())
    _check_known(connection, resource_id)
    staff.write(connection, written)
    return written


def notes_on(desk: Desk, resource_id: str) -> Sequence[Note]:
    """Every note on a resource, oldest first. Raises NotFoundError."""
    with desk.store.reading() as connection:
        _check_known(connection, resource_id)
        return staff.notes_on(connection, resource_id)


def save_view(desk: Desk, name: str, query: str, author: str) -> View:
    """Keep the filters of a list under a name, in the place of what was kept under it. Raises NoteError."""
    _check("a view's name", name, LONGEST_NAME)
    if len(query) > LONGEST_QUERY or unstorable(query):
        raise NoteError(f"the filters of a view have at most {LONGEST_QUERY} characters")
    view = View(name.strip(), query, author, desk.clock.now())
    with desk.store.writing() as connection:
        staff.save(connection, view)
    return view


def forget_view(desk: Desk, name: str) -> None:
    """Forget a saved view. Raises NotFoundError."""
    with desk.store.writing() as connection:
        if not staff.remove(connection, name):
            raise NotFoundError(f"there is no saved view {name[:80]!r}")


def views(desk: Desk) -> Sequence[View]:
    """Every saved view by name."""
    with desk.store.reading() as connection:
        return staff.views(connection)


def view_of(desk: Desk, name: str) -> View:
    """The view saved under a name. Raises NotFoundError."""
    for view in views(desk):
        if view.name == name:
            return view
    raise NotFoundError(f"there is no saved view {name[:80]!r}")


def _check_known(connection: Connection, resource_id: str) -> None:
    if not resources.load(connection, [resource_id]):
        raise NotFoundError(f"no payment is known for resource {resource_id[:80]!r}")


def _check(what: str, told: str, longest: int) -> None:
    problem = unstorable(told)
    if problem or not told.strip() or len(told) > longest:
        raise NoteError(f"{what} {problem or f'must be a text of 1 to {longest} characters'}")
