"""The addresses that everybody asks for: each page, each report, and what narrows them, alone and two at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import Connection, text

from entrypoints.dashboard.navigation import PLACES

Query = Mapping[str, str]

REPORTS: Final = ("states", "exposure", "refunds", "refusals", "dwell", "lateness")
MACHINES: Final = ("ssl_certificate", "refund", "window")
#: What narrows the list of resources, each with a choice that much matches and one that little does.
FILTERS: Final[Sequence[Query]] = (
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


@dataclass(frozen=True, slots=True)
class Names:
    """What a store holds one of: a resource with its order and account, a refund, one in review, an event."""

    resource: str
    order: str
    account: str
    refund: str
    review: str
    event: str


def names_in(connection: Connection) -> Names:
    """The names of what lies somewhere in the middle of a store; of refunds, one whose history was not copied."""
    resource = connection.execute(text("SELECT id, order_id, account_id FROM resource ORDER BY id LIMIT 1 OFFSET 300"))
    others = (
        "SELECT id FROM refund WHERE id NOT LIKE '%-%' LIMIT 1",
        "SELECT id FROM refund WHERE status = 'in_review' AND id NOT LIKE '%-%' LIMIT 1",
        "SELECT max(arrival) FROM inbox",
    )
    return Names(*resource.one(), *(str(connection.execute(text(query)).scalar_one()) for query in others))


def addresses(names: Names, *, pairs: bool) -> Iterator[str]:
    """Every address. `pairs`: what narrows a list is also asked for two at a time, and a machine as it stood."""
    for place in PLACES:
        yield f"/{place.path}"
    yield from (f"/resources?{urlencode(query)}" for query in _of_resources(names, pairs))
    for path, narrowing in _narrowing(names).items():
        yield from (f"/{path}?{urlencode(query)}" for query in narrowing)
        yield from (f"/{path}?{urlencode(query)}" for query in _together(narrowing) if pairs)
    yield from (f"/resources/{names.resource}", f"/refunds/{names.refund}", f"/reviews/{names.review}")
    yield from (f"/events/{names.event}", "/bulk", "/what-if", f"/audit?resource={names.resource}")
    for machine in MACHINES:
        yield from (f"/machines/{machine}", f"/machines/{machine}?days=30")
        if pairs:  # a past moment is that of a cohort, which in a small store is nearly all there is
            yield f"/machines/{machine}?back=20"
        yield f"/machines/{machine}?{urlencode({'account_id': names.account})}"
    searched = (names.resource, names.resource[:-2], names.order, names.account[:-1], "no")
    yield from (f"/search?{urlencode({'q': begun})}" for begun in searched)
    yield from (f"/v1/reports/{name}" for name in REPORTS)
    yield from (f"/v1/reports/{name}?product=ssl_certificate" for name in REPORTS if name != "lateness")
    yield from (f"/v1/reports/{name}?days=400" for name in ("refunds", "refusals", "lateness"))
    yield "/metrics"


def _narrowing(names: Names) -> dict[str, Sequence[Query]]:
    """What narrows each of the other lists, by its path."""
    products = ({"product": "ssl_certificate"}, {"product": "private_ca"})
    refunds = (
        *products,
        *({"status": status} for status in ("in_review", "succeeded", "declined", "in_doubt")),
        {"currency": "USD"},
        {"currency": "JPY"},
        {"provider": "sandbox"},
        {"account_id": names.account},
        {"since": "2026-05-10"},
        {"until": "2026-05-12"},
        {"sort": "asked"},
    )
    events = (
        *({"outcome": outcome} for outcome in ("applied", "refused", "dead", "discarded")),
        *({"type": type_} for type_ in ("order.paid", "ca.reset")),
        *({"kind": kind} for kind in ("parked", "dead")),
        {"source": "nobody"},
        {"subject": names.resource},
    )
    refusals = (
        *products,
        *({"days": days} for days in ("1", "7", "90")),
        *({"reason": reason} for reason in ("must_revoke", "quota_consumed")),
    )
    kinds = ("approved", "declined", "override", "discarded", "switched", "bulk")
    audit = (*({"kind": kind} for kind in kinds), {"actor": "nobody"}, {"check": "newest"})
    return {"reviews": products, "refunds": refunds, "events": events, "refusals": refusals, "audit": audit}


def _of_resources(names: Names, pairs: bool) -> Iterator[Query]:
    named = (
        {"q": names.resource},
        {"q": names.order[:-1]},
        {"q": "cert"},
        {"account_id": names.account},
        {"order_id": names.order},
    )
    yield from ({"sort": sort} for sort in SORTS)
    yield from named
    for query in FILTERS:
        yield from ({**query, "sort": sort} for sort in SORTS[::2])
    if pairs:
        yield from _together((*FILTERS, *named))


def _together(narrowing: Sequence[Query]) -> Iterator[Query]:
    for one, other in combinations(narrowing, 2):
        if not one.keys() & other.keys():
            yield {**one, **other}
