"""The days of a story's table: UTC, in the year in which the published rules were last updated."""

import re
from datetime import UTC, datetime
from typing import Final

YEAR: Final = "2026"
_DAY: Final = re.compile(r"(?:(\d{4})-)?(\d\d-\d\d \d\d:\d\d)(:\d\d)?(?:\.(\d{1,6}))?")


def read_day(text: str) -> datetime:
    """The instant a day names. Raises ValueError for one that does not exist or is written otherwise."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no day such as 03-02 09:00 or 03-09 00:00:01")
    year, day, seconds, fraction = match.groups()
    written = f"{year or YEAR}-{day}{seconds or ':00'}.{(fraction or '0').ljust(6, '0')}"
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
