"""What an event's data must hold: named checks that say what was wrong and what would be right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Data = Mapping[str, Any]

LARGEST_COUNT: Final = 10**12
LONGEST_TEXT: Final = 256


class BadDataError(ValueError):
    """An event's data does not fit its type; the message names the member, the value, and what would be right."""


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an event's data. `samples` are values that fit, one of each kind that rules may tell apart."""

    name: str
    expects: str
    fits: Callable[[Any], bool]
    required: bool = True
    default: Any = None
    samples: tuple[Any, ...] = ()


def positive_integer(name: str) -> Field:
    return Field(
        name,
        f"a whole number from 1 to {LARGEST_COUNT}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_COUNT,
        samples=(1,),
    )


def boolean(name: str, *, default: bool) -> Field:
    return Field(
        name,
        "true or false",
        lambda value: isinstance(value, bool),
        required=False,
        default=default,
        samples=(False, True),
    )


def choice(name: str, *keys: str, required: bool = True) -> Field:
    expects = "one of " + ", ".join(keys)
    return Field(name, expects, lambda value: isinstance(value, str) and value in keys, required, samples=keys)


def text(name: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> Field:
    return Field(
        name,
        f"a text of 1 to {longest} characters",
        lambda value: isinstance(value, str) and 0 < len(value) <= longest,
        required,
        samples=("a text",),
    )


def check_data(fields: tuple[Field, ...], data: Data, inside: str = "data") -> Data:
    """The data with defaults filled in. Raises BadDataError at the first member that is missing or does not fit."""
    filled = dict(data)
    for field in fields:
        if field.name not in data:
            if field.required:
                raise BadDataError(f"{inside}.{field.name} is missing; it must be {field.expects}")
            if field.default is not None:
                filled[field.name] = field.default
        elif not field.fits(data[field.name]):
            raise BadDataError(f"{inside}.{field.name} is {shown(data[field.name])}; it must be {field.expects}")
    return filled


def shown(value: object) -> str:
    """A value as a message shows it: cut where it is long."""
    written = repr(value)
    return written if len(written) <= 60 else written[:57] + "…"
