"""What a list of resources is asked for, as it stands in the address of its page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from entrypoints.http import parameters
from entrypoints.http.filters import NAMES, resource_filter
from entrypoints.http.problems import bad_request
from persistence.browsing import Mark, Order, Sorting
from persistence.listing import Filter
from workflows.catalogue import Catalogue
from workflows.instants import instant_text, parse_instant

DEFAULT_SORT: Final = "-paid"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked for, understood: the filter, the order, and where the page begins."""

    wanted: Filter
    sorting: Sorting
    mark: Mark | None


def told_in(query: Mapping[str, str]) -> dict[str, str]:
    """What the query says of the list, blanks left out."""
    return {name: value for name in (*NAMES, "sort") if (value := query.get(name, "").strip())}


def understood(told: Mapping[str, str], cursor: str | None, catalogue: Catalogue, now: datetime) -> Criteria:
    """The criteria that a query means. Raises ProblemError or AmountError, which say what would be right."""
    sorting = _sorting(sort_of(told))
    wanted = resource_filter(told, catalogue, now)
    return Criteria(wanted, sorting, _mark(cursor, sorting.order))


def sort_of(told: Mapping[str, str]) -> str:
    """The order told, otherwise the one that suits the question: of what closes soon, what closes first."""
    return told.get("sort") or ("deadline" if "closing_before" in told else DEFAULT_SORT)


def to_cursor(mark: Mark, order: Order) -> str:
    values = [instant_text(value) if isinstance(value, datetime) else value for value in mark.values]
    return parameters.to_cursor(json.dumps([order.value, mark.backwards, *values]))


def _mark(cursor: str | None, order: Order) -> Mark | None:
    key = parameters.from_cursor(cursor or None)
    if key is None:
        return None
    try:
        told, backwards, *values = json.loads(key)
        if told != order.value or not isinstance(backwards, bool):
            raise ValueError
        return Mark(_values(order, values), backwards)
    except (ValueError, TypeError):
        raise bad_request("cursor must be the one of a neighbouring page of this list") from None


def _values(order: Order, values: list[Any]) -> tuple[Any, ...]:
    *sorted_by, resource_id = values
    if not isinstance(resource_id, str):
        raise TypeError
    if order == Order.AMOUNT:
        currency, minor = sorted_by
        if not isinstance(currency, str) or type(minor) is not int or not 0 <= minor < 2**63:
            raise TypeError
        return currency, minor, resource_id
    (moment,) = sorted_by
    return parse_instant(moment), resource_id


def _sorting(told: str) -> Sorting:
    name = told.removeprefix("-")
    parameters.one_of("sort", name, Order)
    return Sorting(Order(name), told.startswith("-"))
