"""JSON of one form only, as it is hashed: members in order of their names, no spaces, floats as Python writes them."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from workflows.instants import instant_text

_MAPPINGS: Final = frozenset({dict, MappingProxyType})
_LOOKED_INTO: Final = _MAPPINGS | {list, tuple}


def canonical(values: Collection[Any]) -> bytes:
    """The values as a JSON array of the one form, in UTF-8.

    The fast encoder writes everything as the patient one does but for floats, which have more than one spelling, and
    integers beyond 64 bits, which it does not take.
    """
    if not _has_float(values):
        try:
            return _FAST.encode(values)
        except OverflowError:
            pass
    return _PATIENT.encode(values).encode()


def canonical_ascii(values: Collection[Any]) -> bytes:
    """The same in ASCII alone: every other character is written as its code."""
    written = canonical(values)
    return written if written.isascii() else _PATIENT_ASCII.encode(values).encode()


def _has_float(values: Iterable[Any]) -> bool:
    for value in values:
        kind = type(value)
        if kind is str or kind is int:
            continue
        if kind is float:
            return True
        if value and kind in _LOOKED_INTO and _has_float(value.values() if kind in _MAPPINGS else value):
            return True
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


_FAST: Final = msgspec.json.Encoder(order="sorted", enc_hook=_plain)
_PATIENT: Final = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_PATIENT_ASCII: Final = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":"))
