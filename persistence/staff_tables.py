"""The tables of the people who work here: kill switches, notes on resources, saved views."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from persistence.tables import BIG_KEY, one_of

#: What can be switched off: everything paid through a provider, or everything of a product.
SWITCH_KINDS = ("provider", "product")


class SwitchRecord(SQLModel, table=True):
    """One turning of a kill switch, never changed; the last of a key says how it stands."""

    __tablename__ = "switch_change"
    __table_args__ = (
        CheckConstraint(one_of("kind", SWITCH_KINDS), name="switch_kind_known"),
        Index("switch_by_key", "kind", "key", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    kind: str
    key: str
    stopped: bool
    actor: str
    reason: str
    changed_at: datetime


class NoteRecord(SQLModel, table=True):
    """What somebody wrote down about a resource."""

    __tablename__ = "staff_note"
    __table_args__ = (Index("note_by_resource", "resource_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    resource_id: str = Field(foreign_key="resource.id")
    author: str
    text: str
    written_at: datetime


class ViewRecord(SQLModel, table=True):
    """A list of resources that somebody comes back to: its name, and the filters as they stand in the URL."""

    __tablename__ = "saved_view"

    name: str = Field(primary_key=True)
    query: str
    author: str
    saved_at: datetime
