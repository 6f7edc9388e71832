"""Saved views as they are offered above the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from entrypoints.dashboard import addresses, criteria
from persistence.staff import View
from service import staff
from service.desk import Desk


@dataclass(frozen=True, slots=True)
class Offered:
    """A saved view with the address of its list; `current`: the list shows it."""

    view: View
    href: str
    current: bool


def offered(desk: Desk, told: Mapping[str, str]) -> list[Offered]:
    """Every saved view, by name."""
    return [_offered(view, told) for view in staff.views(desk)]


def told_by(query: str) -> dict[str, str]:
    """What a query, as it stands in an address, says of the list."""
    return criteria.told_in(dict(parse_qsl(query.removeprefix("?"))))


def _offered(view: View, told: Mapping[str, str]) -> Offered:
    kept = told_by(view.query)
    return Offered(view, addresses.address("resources", kept), kept == told)
