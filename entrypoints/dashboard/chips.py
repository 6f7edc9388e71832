"""What a list is narrowed by, each in words and with the address of the list without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from entrypoints.dashboard import addresses
from entrypoints.dashboard.wording import look, plainly
from entrypoints.http.filters import NAMES
from workflows.catalogue import Catalogue

TITLES: Final = {
    "product": "Product", "state": "State", "window": "Window", "availability": "Refund", "account_id": "Account",
    "order_id": "Order", "closing_before": "Closing within", "currency": "Currency", "q": "Name begins with",
    "amount_min": "Cash paid from", "amount_max": "Cash paid to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that a list is narrowed by; `without` is the list's address without it."""

    title: str
    text: str
    without: str


def chips(told: Mapping[str, str], catalogue: Catalogue) -> list[Chip]:
    """The chips of a list, in the order of the filters."""
    return [
        Chip(_title(name, told[name]), _text(name, told[name], catalogue), _without(name, told))
        for name in NAMES
        if name in told
    ]


def _without(name: str, told: Mapping[str, str]) -> str:
    """An amount means nothing without its currency."""
    gone = {name, "amount_min", "amount_max"} if name == "currency" else {name}
    return addresses.address("resources", {key: value for key, value in told.items() if key not in gone})


def _title(name: str, value: str) -> str:
    return "Closing before" if name == "closing_before" and "T" in value.upper() else TITLES[name]


def _text(name: str, value: str, catalogue: Catalogue) -> str:
    if name == "product" and value in catalogue.keys:
        return catalogue.product(value).title
    if name in ("state", "availability"):
        return look(value, name).label
    return plainly(value) if name == "window" else value
