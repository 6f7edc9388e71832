"""Tables as lines of text: CSV for spreadsheets, NDJSON for programs."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from service.export_columns import Kind
from service.exports import Extract
from workflows.instants import instant_text

#: A text that begins so is taken for a formula by some spreadsheet.
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(extract: Extract) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, with a header. A text that could be a formula gets an apostrophe before it."""
    kinds = [column.kind for column in extract.columns]
    yield _csv_lines([[column.name for column in extract.columns]])
    for rows in extract.portions:
        yield _csv_lines([[_cell(kind, value) for kind, value in zip(kinds, row, strict=True)] for row in rows])


def as_ndjson(extract: Extract) -> Iterator[bytes]:
    """One JSON object a line, with the members in the order of the columns."""
    names = [column.name for column in extract.columns]
    kinds = [column.kind for column in extract.columns]
    for rows in extract.portions:
        yield "".join(
            json.dumps(
                {name: _plain(kind, value) for name, kind, value in zip(names, kinds, row, strict=True)},
                ensure_ascii=False,
            )
            + "\n"
            for row in rows
        ).encode()


def _csv_lines(rows: list[list[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(kind: Kind, value: Any) -> Any:
    plain = _plain(kind, value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if kind == Kind.TEXT and isinstance(plain, str) and plain.startswith(FORMULAS):
        return f"'{plain}"
    return plain


def _plain(kind: Kind, value: Any) -> Any:
    return instant_text(value) if kind == Kind.INSTANT and value is not None else value
