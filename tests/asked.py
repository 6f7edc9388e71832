"""The addresses that everybody asks for: each page that is offered, each report, and what can be asked of them.

A page is asked for as soon as it is offered; what its address can say besides stands here, by its place.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI

from entrypoints.dashboard.navigation import offered

REPORTS: Final = ("states", "exposure", "refunds", "refusals", "dwell", "lateness")
#: What narrows the list of resources, each with a choice that much matches and one that little does.
FILTERS: Final = (
    {"product": "ssl_certificate"},
    {"product": "private_ca"},
    {"state": "issued"},
    {"state": "reset"},
    {"availability": "unavailable"},
    {"availability": "review_required"},
    {"window": "open"},
    {"window": "closed"},
    {"window": "claimed"},
    {"closing_before": "24h"},
    {"closing_before": "7d"},
    {"currency": "USD"},
    {"currency": "JPY"},
    {"currency": "USD", "amount_min": "100.00"},
    {"currency": "USD", "amount_max": "5.00"},
)
SORTS: Final = ("paid", "-paid", "deadline", "-deadline", "-amount", "amount")
#: What else can be asked of a place, by its key.
MORE: Final[dict[str, tuple[dict[str, str], ...]]] = {}


def addresses(app: FastAPI, resource: str, order: str, account: str, *, pairs: bool) -> Iterator[str]:
    """Every address, with the names of one resource, its order and its account that there are.

    `pairs`: filters of the list of resources are also asked for two at a time.
    """
    for place in offered(app):
        yield f"/{place.path}"
        yield from (f"/{place.path}?{urlencode(query)}" for query in MORE.get(place.key, ()))
    yield from (f"/resources?{urlencode(query)}" for query in _of_resources(resource, order, account, pairs))
    yield f"/resources/{resource}"
    yield from (f"/search?{urlencode({'q': begun})}" for begun in (resource, resource[:-2], order, account[:-1], "no"))
    yield from (f"/v1/reports/{name}" for name in REPORTS)
    yield from (f"/v1/reports/{name}?product=ssl_certificate" for name in REPORTS if name != "lateness")
    yield from (f"/v1/reports/{name}?days=400" for name in ("refunds", "refusals", "lateness"))
    yield "/metrics"


def _of_resources(resource: str, order: str, account: str, pairs: bool) -> Iterator[dict[str, str]]:
    named = ({"q": resource}, {"q": order[:-1]}, {"q": "cert"}, {"account_id": account}, {"order_id": order})
    yield from ({"sort": sort} for sort in SORTS)
    yield from named
    for query in FILTERS:
        yield from (query | {"sort": sort} for sort in SORTS[::2])
    for one, other in combinations((*FILTERS, *named), 2) if pairs else ():
        if not one.keys() & other.keys():
            yield one | other
