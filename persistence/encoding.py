"""How the drivers take the values of a column where many rows are written at once, ready-made, so that nobody adapts
them one by one; and what is made of the values that the drivers give back.

Which encoding a column has follows from its type in the table's own definition.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import JSON, Boolean, Column, ColumnElement, DateTime, Integer

from workflows.instants import instant_text

Encoder = Callable[[Any], Any]
Decoder = Callable[[Any], Any]

#: How many instants are remembered as texts; those of a batch repeat each other.
INSTANTS_REMEMBERED: Final = 4096


def encoder_of(column: Column[Any], dialect: str) -> Encoder | None:
    """What makes a driver's value out of a column's; None where it is taken as it is.

    To SQLite that is a value of its own, to PostgreSQL a text.
    """
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, JSON):
        return json_text
    if isinstance(kind, DateTime):
        return _sqlite_instant if dialect == "sqlite" else _postgresql_instant
    return _text if dialect == "postgresql" and isinstance(kind, Integer | Boolean) else None


def decoder_of(column: ColumnElement[Any], dialect: str) -> Decoder | None:
    """What makes a column's value out of a driver's; None where it is taken as it is."""
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, DateTime):
        return _from_sqlite_instant if dialect == "sqlite" else _in_utc
    if dialect == "postgresql":
        return None
    if isinstance(kind, JSON):
        return json.loads
    return bool if isinstance(kind, Boolean) else None


def json_text(value: Any) -> str:
    """The value as JSON. What the fast encoder cannot take, such as integers of any length, the patient one can."""
    try:
        return _encode(value).decode()
    except (OverflowError, TypeError):
        return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


_encode: Final = msgspec.json.Encoder(enc_hook=_plain).encode


@lru_cache(INSTANTS_REMEMBERED)
def _sqlite_instant(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes it: UTC without an offset, always with microseconds, so that texts sort as instants do."""
    if moment is None:
        return None
    text = instant_text(moment.astimezone(UTC))[:-1]
    return f"{text[:10]} {text[11:]}" if "." in text else f"{text[:10]} {text[11:]}.000000"


@lru_cache(INSTANTS_REMEMBERED)
def _postgresql_instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)


def _from_sqlite_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
