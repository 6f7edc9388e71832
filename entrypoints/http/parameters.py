"""Query parameters, each with an error that says what would be right."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from entrypoints.http.problems import bad_request
from workflows.instants import parse_instant

MOST_ITEMS = 1000


def instant(name: str, told: str | None) -> datetime | None:
    """An RFC 3339 instant. A blank stands for a plus sign that was not percent-encoded."""
    if told is None:
        return None
    try:
        return parse_instant(told.replace(" ", "+") if "T" in told.upper() else told)
    except ValueError as error:
        raise bad_request(f"{name}: {error}") from None


def one_of(name: str, told: str | None, allowed: Iterable[str]) -> str | None:
    keys = [str(key) for key in allowed]
    if told is not None and told not in keys:
        raise bad_request(f"{name} is {told[:80]!r}; it must be one of {', '.join(keys)}")
    return told


def limit(told: int) -> int:
    if not 1 <= told <= MOST_ITEMS:
        raise bad_request(f"limit is {told}; it must be from 1 to {MOST_ITEMS}")
    return told


def to_cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def from_cursor(told: str | None) -> str | None:
    """The key behind a cursor that an earlier page gave as `next`."""
    if told is None:
        return None
    try:
        return base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad_request(f"cursor is {told[:80]!r}; it must be the `next` of an earlier page") from None


def history_cursor(told: str | None) -> int:
    key = from_cursor(told)
    if key is None:
        return 0
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise bad_request("cursor must be the `next` of an earlier page of this history")
    return int(key)
