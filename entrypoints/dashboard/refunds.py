"""Refunds: every one there is, by how it stands, narrowed and leafed through in the order of asking."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard import addresses, refund_criteria
from entrypoints.dashboard.leafing import mark_in, neighbours
from entrypoints.dashboard.refund_criteria import NEWEST
from entrypoints.dashboard.rendering import page
from entrypoints.dashboard.standing import MEANINGS
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.state import Wired, WiredHere
from persistence.refunds import Filter
from service import refund_file, reports
from service.reports import Wanted
from workflows.money import Money
from workflows.words import RefundStatus

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
#: Tabs in the order of a refund's life.
STATUSES: Final = (
    RefundStatus.IN_REVIEW, RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT,
    RefundStatus.SUCCEEDED, RefundStatus.REVERSED, RefundStatus.FAILED, RefundStatus.DECLINED,
)  # fmt: skip


@router.get("/refunds", name="refunds")
def refunds(request: Request, here: WiredHere) -> HTMLResponse:
    """The list; where what is asked for cannot be understood, the form as it was filled in, and why."""
    told = refund_criteria.told_in(request.query_params)
    try:
        wanted = refund_criteria.understood(told, here.desk.policy.catalogue.keys)
        mark = mark_in(request.query_params.get("cursor"))
    except ProblemError as error:
        problem = answered(error)
        context = {"problem": json.loads(bytes(problem.body)), "items": [], "counts": None, "sums": [], "links": {}}
        return _shown(request, here, told, status=problem.status_code, **context)
    newest = told.get("sort", NEWEST) == NEWEST
    leaf = refund_file.leaf(here.desk, wanted, mark, ROWS, newest_first=newest)
    counts, sums = _counted(here, wanted)
    return _shown(
        request, here, told, items=leaf.page.items, attempts=leaf.attempts, counts=counts, sums=sums,
        links=neighbours("refunds", told, leaf.page),
    )  # fmt: skip


def _counted(here: Wired, wanted: Filter) -> tuple[dict[str, int] | None, list[Money]]:
    """How many refunds stand at each status, and what those of the status asked for come to in each currency.

    Running sums say both where only a product and a currency narrow the list; else they are counted, without sums.
    """
    if any(one is not None for one in (wanted.account_id, wanted.provider, wanted.since, wanted.before)):
        return refund_file.counts(here.desk, wanted), []
    counts: dict[str, int] = {}
    sums: dict[str, int] = {}
    for _, status, amount, number in reports.open_refunds(here.desk, Wanted(wanted.product, wanted.currency)):
        counts[status] = counts.get(status, 0) + number
        if wanted.status == status:
            sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return counts, [Money(currency, minor) for currency, minor in sorted(sums.items()) if minor]


def _shown(request: Request, here: WiredHere, told: dict[str, str], status: int = 200, **context: Any) -> HTMLResponse:
    return page(
        request,
        "refunds.html",
        status=status,
        place="refunds",
        told=told,
        sort=told.get("sort", NEWEST),
        products={product.key: product for product in here.desk.policy.catalogue},
        providers=sorted(here.desk.providers),
        statuses=STATUSES,
        meaning=MEANINGS.get(RefundStatus(told["status"])) if told.get("status") in STATUSES else None,
        narrowed=any(name in told for name in refund_criteria.NAMES),
        with_told=_changing(told),
        **{"problem": None, "attempts": {}} | context,
    )


def _changing(told: Mapping[str, str]) -> Callable[..., str]:
    """The list's address with some of what is told changed."""
    return lambda **changes: addresses.address("refunds", {**told, **changes})
