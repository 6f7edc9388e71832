"""Money: whole minor units of an ISO 4217 currency.

The number of decimals comes from the `iso4217` package (ISO 4217 Maintenance Agency's list); codes without
minor units of their own, such as XAU, are no currency one can pay in.
"""

import re
from functools import cache
from typing import Any, Final

from iso4217 import Currency

from workflows.values import Value

LONGEST_AMOUNT_DIGITS: Final = 15
_AMOUNT: Final = re.compile(r"(\d+)(?:\.(\d+))?", re.ASCII)


class AmountError(ValueError):
    """A text is no amount of its currency; the message says why."""


@cache
def exponent(currency: str) -> int:
    """How many decimals the currency has. Raises ValueError for what ISO 4217 does not list as payable."""
    try:
        decimals = Currency(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency with minor units, such as USD, JPY or KWD")
    return decimals


def parse_amount(text: object, currency: str) -> int:
    """Minor units of an amount written in major units, such as "1.60".

    Plain digits with an optional point: no sign, no exponent, no grouping. Zeros beyond the currency's decimals
    are fine, other digits are not. Raises AmountError saying which of these it was.
    """
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise AmountError(f'{_shown(text)} is not an amount written as a string of plain digits, such as "1.60"')
    whole, decimals = match[1], match[2] or ""
    places = exponent(currency)
    if decimals[places:].strip("0"):
        raise AmountError(f"{_shown(text)} has more decimals than the {places} of {currency}")
    digits = (whole + decimals[:places].ljust(places, "0")).lstrip("0")
    if len(digits) > LONGEST_AMOUNT_DIGITS:
        raise AmountError(f"{_shown(text)} is larger than {LONGEST_AMOUNT_DIGITS} digits of minor units")
    return int(digits or "0")


def format_amount(minor: int, currency: str) -> str:
    """Major units with exactly the currency's decimals: 160 USD is "1.60", 160 JPY is "160"."""
    places = exponent(currency)
    if places == 0:
        return str(minor)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}.{rest:0{places}d}"


class Money(Value, frozen=True):
    """An amount in minor units of its currency."""

    currency: str
    minor: int

    @property
    def text(self) -> str:
        """Major units, without the currency: `1.60`."""
        return format_amount(self.minor, self.currency)

    def to_json(self) -> dict[str, Any]:
        return {"currency": self.currency, "minor": self.minor, "value": self.text}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
