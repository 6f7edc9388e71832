"""Which resources are meant: filters as they stand in a query, in a body, or on the command line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Query

from entrypoints.http import parameters
from entrypoints.http.problems import bad_request
from entrypoints.http.state import WiredHere
from persistence.listing import Filter
from workflows.catalogue import Catalogue
from workflows.instants import parse_duration
from workflows.money import parse_amount
from workflows.words import STATES, Availability, Window

Text = Annotated[str | None, Query()]
NAMES: Final = (
    "product", "state", "window", "availability", "account_id", "order_id", "closing_before", "currency",
    "q", "amount_min", "amount_max",
)  # fmt: skip


def resource_filter(told: Mapping[str, str | None], catalogue: Catalogue, now: datetime) -> Filter:
    """The filter that these words mean, as of now. Raises ProblemError or AmountError, which say what is right."""
    currency = parameters.currency(told.get("currency"))
    return Filter(
        at=now,
        product=parameters.one_of("product", told.get("product"), catalogue.keys),
        state=parameters.one_of("state", told.get("state"), STATES),
        window=parameters.one_of("window", told.get("window"), Window),
        availability=parameters.one_of("availability", told.get("availability"), Availability),
        account_id=parameters.text("account_id", told.get("account_id")),
        order_id=parameters.text("order_id", told.get("order_id")),
        closing_before=_closing(told.get("closing_before"), now),
        currency=currency,
        least_minor=_amount("amount_min", told, currency),
        most_minor=_amount("amount_max", told, currency),
        begins=parameters.text("q", told.get("q")),
    )


def in_query(
    here: WiredHere,
    product: Text = None,
    state: Text = None,
    window: Text = None,
    availability: Text = None,
    account_id: Text = None,
    order_id: Text = None,
    closing_before: Annotated[
        str | None, Query(description="Open windows that end before this instant, or within this long, such as 24h.")
    ] = None,
    currency: Text = None,
    q: Annotated[str | None, Query(description="How the id, the order or the account begins.")] = None,
    amount_min: Annotated[str | None, Query(description="Cash paid, in major units of the currency.")] = None,
    amount_max: Annotated[str | None, Query(description="Cash paid, in major units of the currency.")] = None,
) -> Filter:
    values = (
        product, state, window, availability, account_id, order_id, closing_before, currency,
        q, amount_min, amount_max,
    )  # fmt: skip
    return resource_filter(dict(zip(NAMES, values, strict=True)), here.desk.policy.catalogue, here.desk.clock.now())


WantedResources = Annotated[Filter, Depends(in_query)]


def told_in(body: Any) -> dict[str, str]:
    """The members of a filter in a body. One that narrows nothing would mean every resource, and is not taken."""
    if not isinstance(body, dict) or not body:
        raise bad_request(f"filter must be an object with at least one of {', '.join(NAMES)}")
    for name, value in body.items():
        if name not in NAMES:
            raise bad_request(f"filter has {name[:80]!r}; it may have {', '.join(NAMES)}")
        if not isinstance(value, str):
            raise bad_request(f"{name} in filter must be a text")
    return body


def _closing(told: str | None, now: datetime) -> datetime | None:
    """An instant, or how long from now, such as `24h`."""
    if told is None:
        return None
    try:
        return now + parse_duration(told)
    except ValueError:
        return parameters.instant("closing_before", told)


def _amount(name: str, told: Mapping[str, str | None], currency: str | None) -> int | None:
    amount = told.get(name)
    if amount is None:
        return None
    if currency is None:
        raise bad_request(f"{name} means something in its currency only; choose the currency too")
    return parse_amount(amount, currency)
