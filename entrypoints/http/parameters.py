"""Parameters of paths and queries, each with an error that says what would be right."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from starlette.convertors import Convertor, register_url_convertor

from entrypoints.http.problems import bad_request
from persistence.refunds import Listed, Place
from service.questions import NotFoundError
from workflows.instants import instant_text, parse_instant
from workflows.money import exponent

MOST_ITEMS = 1000


class _Name(Convertor[str]):
    """Whatever a resource or an order may be called, slashes and line breaks too; a NUL is in no name."""

    regex = "[^\\x00]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _OwnId(_Name):
    """An id that Refundry gave, or what is told as one."""

    regex = "[^/\\x00]+"


register_url_convertor("name", _Name())
register_url_convertor("own_id", _OwnId())


def text(name: str, told: str | None) -> str | None:
    """A text to compare with; one with a NUL is in no database."""
    if told is not None and "\x00" in told:
        raise bad_request(f"{name} contains a NUL character")
    return told


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
    return from_one_to("limit", told, MOST_ITEMS)


def from_one_to(name: str, told: int, most: int) -> int:
    if not 1 <= told <= most:
        raise bad_request(f"{name} is {told}; it must be from 1 to {most}")
    return told


def currency(told: str | None) -> str | None:
    """An ISO 4217 currency."""
    try:
        if told is not None:
            exponent(told)
    except ValueError as error:
        raise bad_request(f"currency: {error}") from None
    return told


def to_cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def from_cursor(told: str | None) -> str | None:
    """The key behind a cursor that an earlier page gave as `next`."""
    if told is None:
        return None
    try:
        key = base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True).decode()
        return text("cursor", key)
    except (binascii.Error, ValueError):
        raise bad_request(f"cursor is {told[:80]!r}; it must be the `next` of an earlier page") from None


def history_cursor(told: str | None) -> int:
    return _number(told, 9, "this history") or 0


def delivery_cursor(told: str | None) -> int | None:
    return _number(told, 18, "these deliveries")


def inbox_cursor(told: str | None) -> int | None:
    return _number(told, 18, "these events")


def position_cursor(told: str | None) -> int:
    """A place among the results of a bulk run; before the first one where there is no cursor."""
    position = _number(told, 9, "this run")
    return -1 if position is None else position


def _number(told: str | None, most_digits: int, of: str) -> int | None:
    """The number behind a cursor."""
    key = from_cursor(told)
    if key is None:
        return None
    if not (key.isascii() and key.isdigit() and len(key) <= most_digits):
        raise bad_request(f"cursor must be the `next` of an earlier page of {of}")
    return int(key)


def arrival(told: str) -> int:
    """The arrival number of an event, from a path."""
    if not (told.isascii() and told.isdigit() and len(told) <= 18):
        raise NotFoundError(f"there is no event with the arrival number {told[:80]!r}")
    return int(told)


def refund_cursor(listed: Listed) -> str:
    return to_cursor(f"{instant_text(listed.refund.requested_at)} {listed.refund.id}")


def refund_place(told: str | None) -> Place | None:
    """Where a page of refunds begins, from the `next` of the page before."""
    key = from_cursor(told)
    if key is None:
        return None
    moment, _, refund_id = key.partition(" ")
    try:
        return Place(parse_instant(moment), refund_id)
    except ValueError:
        raise bad_request("cursor must be the `next` of an earlier page of refunds") from None
