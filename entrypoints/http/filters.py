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
from workflows.words import STATES, Availability, Window

Text = Annotated[str | None, Query()]
NAMES: Final = (
    "product", "state", "window", "availability", "account_id", "order_id", "closing_before", "currency",
)  # fmt: skip


def resource_filter(told: Mapping[str, str | None], catalogue: Catalogue, now: datetime) -> Filter:
    """The filter that these words mean, as of now. Raises ProblemError, which says what would be right."""
    return Filter(
        at=now,
        product=parameters.one_of("product", told.get("product"), catalogue.keys),
        state=parameters.one_of("state", told.get("state"), STATES),
        window=parameters.one_of("window", told.get("window"), Window),
        availability=parameters.one_of("availability", told.get("availability"), Availability),
        account_id=parameters.text("account_id", told.get("account_id")),
        order_id=parameters.text("order_id", told.get("order_id")),
        closing_before=parameters.instant("closing_before", told.get("closing_before")),
        currency=parameters.currency(told.get("currency")),
    )


def in_query(
    here: WiredHere,
    product: Text = None,
    state: Text = None,
    window: Text = None,
    availability: Text = None,
    account_id: Text = None,
    order_id: Text = None,
    closing_before: Annotated[str | None, Query(description="Open windows that end before this instant.")] = None,
    currency: Text = None,
) -> Filter:
    values = (product, state, window, availability, account_id, order_id, closing_before, currency)
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
