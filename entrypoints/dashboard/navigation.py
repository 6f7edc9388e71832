"""The places of the dashboard, in the order in which they are offered."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A place people go to; `letter` goes there from the keyboard, after a `g`."""

    key: str
    title: str
    path: str
    letter: str


PLACES: Final = (
    Place("today", "Today", "", "t"),
    Place("resources", "Refund management", "resources", "m"),
    Place("reviews", "Reviews", "reviews", "v"),
    Place("refunds", "Refunds", "refunds", "f"),
    Place("machines", "Machines", "machines", "d"),
    Place("refusals", "Refusals", "refusals", "x"),
    Place("events", "Events", "events", "e"),
    Place("hooks", "Hooks", "hooks", "h"),
    Place("rules", "Rules", "rules", "r"),
    Place("audit", "Audit", "audit", "a"),
    Place("settings", "Settings", "settings", "s"),
)
