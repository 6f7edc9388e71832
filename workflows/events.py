"""Events: what another system says happened, read from a CloudEvent's attributes and checked as a whole.

Everything that makes an event unusable whatever the state of its resource is found here; such an event is
rejected and not remembered, so that it may come again, corrected, under the same id.
"""

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from workflows import reasons
from workflows.canonical import canonical_ascii
from workflows.catalogue import Catalogue
from workflows.fields import BadDataError, Data, check_data, shown, text
from workflows.instants import instant_text, parse_instant
from workflows.payments import check_payment
from workflows.reasons import Code, Reason
from workflows.values import Value
from workflows.words import ORDER_PAID, OWN_PREFIXES, REFUND_REQUESTED

AHEAD_TOLERANCE: Final = timedelta(minutes=5)
LONGEST_NAME: Final = 256
REQUEST_FIELDS: Final = (text("requested_by", required=False),)


class RejectedError(Exception):
    """The event is unusable; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Event(Value, frozen=True):
    """Something that happened at `time` and was told at `arrived_at`; `arrival` orders what was told at one instant.

    `fingerprint` covers what was told (type, subject, time, data): two tellings with one fingerprint say the same.
    """

    source: str
    id: str
    type: str
    subject: str
    time: datetime
    data: Data
    arrived_at: datetime
    fingerprint: str
    arrival: int = 0

    @property
    def actor(self) -> str:
        """Who is on record for it: the one who asks for a refund, otherwise the system that told it."""
        asked_by: str = self.data.get("requested_by", self.source)
        return asked_by


def read_event(message: Mapping[str, Any], arrived_at: datetime, catalogue: Catalogue, arrival: int = 0) -> Event:
    """The event that a CloudEvent's attributes and data tell. Raises RejectedError for one that is unusable."""
    source, id_, type_, subject = (_name(message, name) for name in ("source", "id", "type", "subject"))
    if message.get("specversion") != "1.0":
        raise _rejected(
            reasons.MALFORMED, problem=f'specversion is {shown(message.get("specversion"))}; it must be "1.0"'
        )
    told_time = _told_time(message.get("time"), arrived_at)
    told_data = message.get("data")
    data = {} if told_data is None else told_data
    _check_type(type_, catalogue)
    return Event(
        source=source,
        id=id_,
        type=type_,
        subject=subject,
        time=told_time or arrived_at,
        data=_checked(type_, data, catalogue),
        arrived_at=arrived_at,
        fingerprint=_fingerprint(type_, subject, told_time, data),
        arrival=arrival,
    )


def _name(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable():
        return value
    if value is None:
        raise _rejected(reasons.MALFORMED, problem=f"{name} is missing")
    if not isinstance(value, str) or not value:
        raise _rejected(reasons.MALFORMED, problem=f"{name} must be a text that is not empty")
    if len(value) > LONGEST_NAME:
        raise _rejected(
            reasons.MALFORMED, problem=f"{name} is {len(value)} characters long; at most {LONGEST_NAME} are taken"
        )
    problem = unstorable(value)
    if problem:
        raise _rejected(reasons.MALFORMED, problem=f"{name} {problem}")
    return value


def unstorable(value: Any) -> str | None:
    """What in a JSON value no database and no other system could take over unchanged; None if nothing."""
    if isinstance(value, str):
        if "\x00" in value:
            return "contains a NUL character"
        if any("\ud800" <= character <= "\udfff" for character in value):
            return "contains half a surrogate pair, which is no character"
    elif isinstance(value, float) and not math.isfinite(value):
        return "contains a number that is not finite"
    elif isinstance(value, Mapping):
        return _first_unstorable([*value, *value.values()])
    elif isinstance(value, list):
        return _first_unstorable(value)
    return None


def _first_unstorable(parts: list[Any]) -> str | None:
    # Nearly every part is a text that could be printed as it is: those are passed over at once.
    doubtful = [part for part in parts if not (isinstance(part, str) and part.isprintable())]
    return next(filter(None, map(unstorable, doubtful)), None)


def _told_time(told: Any, now: datetime) -> datetime | None:
    if told is None:
        return None
    try:
        time = parse_instant(told)
    except ValueError as error:
        raise _rejected(reasons.MALFORMED, problem=f"time {error}") from None
    if time > now + AHEAD_TOLERANCE:
        minutes = AHEAD_TOLERANCE // timedelta(minutes=1)
        raise _rejected(reasons.TIME_AHEAD, time=instant_text(time), now=instant_text(now), tolerance_minutes=minutes)
    return time


def _check_type(type_: str, catalogue: Catalogue) -> None:
    if type_ in (ORDER_PAID, REFUND_REQUESTED) or catalogue.of_event(type_) is not None:
        return
    code = reasons.RESERVED_TYPE if type_.startswith(OWN_PREFIXES) else reasons.UNKNOWN_TYPE
    raise _rejected(code, type=type_)


def _checked(type_: str, data: Any, catalogue: Catalogue) -> Data:
    try:
        if not isinstance(data, Mapping):
            raise BadDataError("data must be a JSON object")
        problem = unstorable(data)
        if problem:
            raise BadDataError(f"data {problem}")
        if type_ == ORDER_PAID:
            return check_payment(data, catalogue)
        product = catalogue.of_event(type_)
        return check_data(REQUEST_FIELDS if product is None else product.fields[type_], data)
    except BadDataError as error:
        raise _rejected(reasons.BAD_DATA, problem=str(error)) from None


def _fingerprint(type_: str, subject: str, time: datetime | None, data: Any) -> str:
    return hashlib.sha256(canonical_ascii((type_, subject, time, data))).hexdigest()


def _rejected(code: Code, **facts: Any) -> RejectedError:
    return RejectedError(Reason(code, facts))
