"""What a list of resources is asked for, as it stands in the address of its page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from entrypoints.http import parameters
from entrypoints.http.problems import bad_request
from persistence.browsing import Mark, Order, Sorting
from persistence.listing import Filter
from workflows.catalogue import Catalogue
from workflows.instants import instant_text, parse_duration, parse_instant
from workflows.money import exponent, parse_amount
from workflows.words import STATES, Availability, Window

#: The members of the query that narrow a list, in the order of the form.
NAMES: Final = (
    "q", "product", "state", "availability", "window", "closing_before", "account_id", "order_id", "currency",
    "amount_min", "amount_max",
)  # fmt: skip
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
    """The criteria that a query means. Raises ProblemError, which says what would be right."""
    currency = told.get("currency")
    if currency is not None:
        _check_currency(currency)
    sorting = _sorting(sort_of(told))
    wanted = Filter(
        at=now,
        product=parameters.one_of("product", told.get("product"), catalogue.keys),
        state=parameters.one_of("state", told.get("state"), STATES),
        window=parameters.one_of("window", told.get("window"), Window),
        availability=parameters.one_of("availability", told.get("availability"), Availability),
        account_id=parameters.text("account", told.get("account_id")),
        order_id=parameters.text("order", told.get("order_id")),
        closing_before=_closing(told.get("closing_before"), now),
        currency=currency,
        least_minor=_amount("amount_min", told, currency),
        most_minor=_amount("amount_max", told, currency),
        begins=parameters.text("the search", told.get("q")),
    )
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


def _closing(told: str | None, now: datetime) -> datetime | None:
    """An instant, or how long from now, such as `24h`."""
    if told is None:
        return None
    try:
        return now + parse_duration(told)
    except ValueError:
        return parameters.instant("closing before", told)


def _check_currency(currency: str) -> None:
    try:
        exponent(currency)
    except ValueError as error:
        raise bad_request(str(error)) from None


def _amount(name: str, told: Mapping[str, str], currency: str | None) -> int | None:
    if name not in told:
        return None
    if currency is None:
        raise bad_request("an amount means something in its currency only; choose the currency too")
    return parse_amount(told[name], currency)
