"""Conditions on any number of texts at once: the statement stays the same, however many they are."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select, text

from persistence.bulk_writing import array_text
from persistence.encoding import json_text


def among(connection: Connection, column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """That the column holds one of these texts."""
    if connection.dialect.name == "postgresql":
        array = array_text(values)
        return text(f"{column} = ANY (CAST(:wanted AS text[]))").bindparams(wanted=array)  # type: ignore[return-value]
    each = func.json_each(json_text(list(values))).table_valued("value")
    return column.in_(select(each.c.value))
