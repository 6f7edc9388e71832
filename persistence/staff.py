"""What the people who work here leave behind: notes on resources, and saved views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from persistence.staff_tables import NoteRecord, ViewRecord
from persistence.tables import table_of

NOTE = table_of(NoteRecord)
VIEW = table_of(ViewRecord)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about a resource."""

    resource_id: str
    author: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """A list of resources under a name: its filters as they stand in the URL."""

    name: str
    query: str
    author: str
    saved_at: datetime


def write(connection: Connection, note: Note) -> None:
    connection.execute(insert(NOTE).values({name: getattr(note, name) for name in Note.__slots__}))


def notes_on(connection: Connection, resource_id: str) -> Sequence[Note]:
    """Every note on a resource, oldest first."""
    columns = [NOTE.c[name] for name in Note.__slots__]
    query = select(*columns).where(NOTE.c.resource_id == resource_id).order_by(NOTE.c.id)
    return [Note(*row) for row in connection.execute(query)]


def save(connection: Connection, view: View) -> None:
    """Keep a view, in the place of one of the same name."""
    remove(connection, view.name)
    connection.execute(insert(VIEW).values({name: getattr(view, name) for name in View.__slots__}))


def remove(connection: Connection, name: str) -> bool:
    """Forget a view. Returns whether it was there."""
    return connection.execute(delete(VIEW).where(VIEW.c.name == name)).rowcount > 0


def views(connection: Connection) -> Sequence[View]:
    """Every saved view by name."""
    return [View(**row) for row in connection.execute(select(VIEW).order_by(VIEW.c.name)).mappings()]
