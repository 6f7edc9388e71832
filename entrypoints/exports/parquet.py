"""Tables as Parquet: one row group a portion, written to a temporary file, because its directory comes last."""

from collections.abc import Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet as pq

from service.export_columns import Kind
from service.exports import Extract

CHUNK_BYTES: Final = 64 * 1024
#: No currency has more than four decimals.
_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.AMOUNT: pa.decimal128(24, 4),
    Kind.YES_NO: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}


def as_parquet(extract: Extract) -> Iterator[bytes]:
    """The bytes of the file; the first come when the last row has been read."""
    kinds = [column.kind for column in extract.columns]
    schema = pa.schema([(column.name, _TYPES[column.kind]) for column in extract.columns])
    with TemporaryFile() as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for rows in extract.portions:
                arrays = [_array(kind, [row[place] for row in rows]) for place, kind in enumerate(kinds)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _array(kind: Kind, values: list[Any]) -> Any:
    if kind == Kind.AMOUNT:
        values = [None if value is None else Decimal(value) for value in values]
    return pa.array(values, type=_TYPES[kind])
