"""Options that say which resources are meant."""

from datetime import datetime
from typing import Annotated

import typer

from entrypoints.http.filters import resource_filter
from persistence.listing import Filter
from service.desk import Desk

Product = Annotated[str | None, typer.Option(metavar="KEY", help="Of this product.")]
State = Annotated[str | None, typer.Option(help="In this state.")]
Window = Annotated[str | None, typer.Option(help="With this window: open, closed or claimed.")]
Availability = Annotated[str | None, typer.Option(help="With this availability, as of now.")]
Account = Annotated[str | None, typer.Option(metavar="ID", help="Of this account.")]
Order = Annotated[str | None, typer.Option(metavar="ID", help="Of this order.")]
ClosingBefore = Annotated[str | None, typer.Option(metavar="TIME", help="With an open window that ends before this.")]
Currency = Annotated[str | None, typer.Option(help="Paid in this currency.")]


def told(
    product: str | None,
    state: str | None,
    window: str | None,
    availability: str | None,
    account: str | None,
    order: str | None,
    closing_before: str | None,
    currency: str | None,
) -> dict[str, str]:
    """What was said of the resources, by the names that filters have everywhere."""
    said = {
        "product": product,
        "state": state,
        "window": window,
        "availability": availability,
        "account_id": account,
        "order_id": order,
        "closing_before": closing_before,
        "currency": currency,
    }
    return {name: value for name, value in said.items() if value is not None}


def understood(desk: Desk, said: dict[str, str], now: datetime) -> Filter:
    return resource_filter(said, desk.policy.catalogue, now)
