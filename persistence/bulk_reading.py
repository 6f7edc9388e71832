"""Rows found by any number of texts at once, read as a set: the statement stays the same, however many they are."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection

from persistence.bulk_writing import array_text
from persistence.driver import rows_of
from persistence.encoding import Decoder, decoder_of, json_text

#: How "is one of these texts" is said, and the texts are given.
_AMONG: Final = {"postgresql": "= ANY (%s::text[])", "sqlite": "IN (SELECT value FROM json_each(?))"}


class Lookup:
    """Reads columns of rows. In the statement `{columns}` stands for these, `{among}` for "is one of the texts"."""

    def __init__(self, columns: Iterable[ColumnElement[Any]], statement: str) -> None:
        columns = list(columns)
        names = ", ".join(map(str, columns))
        self._statements = {dialect: statement.format(columns=names, among=among) for dialect, among in _AMONG.items()}
        self._decoders: dict[str, list[Decoder | None]] = {
            dialect: [decoder_of(column, dialect) for column in columns] for dialect in _AMONG
        }

    def read(self, connection: Connection, texts: Collection[str]) -> Iterable[Sequence[Any]]:
        """The rows, each as the values of the columns in their order."""
        dialect = connection.dialect.name
        wanted = array_text(texts) if dialect == "postgresql" else json_text(list(texts))
        rows = rows_of(connection, self._statements[dialect], (wanted,))
        columns = zip(*rows, strict=True)  # none where there is no row
        return zip(
            *(
                column if decoder is None else map(decoder, column)
                for column, decoder in zip(columns, self._decoders[dialect], strict=False)
            ),
            strict=True,
        )
