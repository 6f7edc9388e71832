"""The formats that an export can be written in."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from entrypoints.exports import lines
from service.exports import Extract


class Format(StrEnum):
    """How a table is written: for spreadsheets, for programs, for data warehouses."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.NDJSON: "application/x-ndjson",
    Format.PARQUET: "application/vnd.apache.parquet",
}


class MissingExtraError(RuntimeError):
    """A package is missing that an extra of Refundry brings; the message names the extra."""


def written(extract: Extract, kind: Format) -> Iterator[bytes]:
    """The bytes of a table, as its portions are read. Raises MissingExtraError at once."""
    if kind == Format.CSV:
        return lines.as_csv(extract)
    if kind == Format.NDJSON:
        return lines.as_ndjson(extract)
    try:
        from entrypoints.exports import parquet
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"Parquet needs the package {error.name}; install refundry[parquet]") from None
    return parquet.as_parquet(extract)
