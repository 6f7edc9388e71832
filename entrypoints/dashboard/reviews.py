"""Reviews: the refunds that wait for a person, and a page on which to decide on one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.card import card
from entrypoints.dashboard.leafing import mark_in, neighbours
from entrypoints.dashboard.protection import Actor
from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.problems import ProblemError, answered
from entrypoints.http.state import Wired, WiredHere
from persistence.happenings import Waited
from persistence.refunds import place_of
from service import reviews
from service.reviews import Review
from workflows.history import Row
from workflows.money import Money
from workflows.reasons import Reason
from workflows.reconsidering import Change, about, changed_facts
from workflows.words import REFUND_APPROVED, REFUND_DECLINED

router = APIRouter(include_in_schema=False)
ROWS: Final = 50
WORDS: Final = (REFUND_APPROVED, REFUND_DECLINED)


@router.get("/reviews", name="reviews")
def queue(request: Request, here: WiredHere, actor: Actor, product: str = "", cursor: str = "") -> HTMLResponse:
    """The queue, the longest waiting first; with a product, only its refunds."""
    desk, told = here.desk, {"product": product} if product else {}
    numbers = reviews.numbers(desk)
    context: dict[str, Any] = {"items": [], "links": {}, "problem": None}
    try:
        chosen = parameters.one_of("product", product or None, desk.policy.catalogue.keys)
        found = reviews.queue(desk, actor, chosen, mark_in(cursor), ROWS)
        context |= {"items": found.items, "links": neighbours("reviews", told, found.page)}
    except ProblemError as error:
        context["problem"] = json.loads(bytes(answered(error).body))
    status = context["problem"]["status"] if context["problem"] else 200
    first = context["items"][0] if context["items"] and not cursor else None
    return page(
        request, "reviews.html", status=status, place="reviews", told=told, products=_products(here), first=first,
        counts={key: sum(number for number, _ in found) for key, found in numbers.items()},
        sums=_sums(numbers, product), **context,
    )  # fmt: skip


@router.get("/reviews/{refund_id:own_id}", name="review")
def review(
    request: Request, refund_id: str, here: WiredHere, actor: Actor, product: str = "", seen: str = ""
) -> HTMLResponse:
    """All there is to decide on one refund."""
    return shown(request, here, refund_id, actor, product=product, seen=seen)


def shown(
    request: Request,
    here: Wired,
    refund_id: str,
    actor: str,
    *,
    product: str = "",
    seen: str = "",
    problem: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page; `seen` is the amount that somebody has before their eyes, `problem` why their word did not count."""
    desk = here.desk
    found = reviews.review(desk, refund_id, actor)
    waiting = found.waiting
    chosen = product if product in desk.policy.catalogue.keys else None
    return page(
        request,
        "review.html",
        status=status,
        place="reviews",
        review=found,
        listed=waiting.listed,
        refund=waiting.listed.refund,
        resource=waiting.resource,
        product=desk.policy.product(waiting.resource),
        then=None if found.then is None else card(desk, found.then, now=False),
        after=None if waiting.now is None else card(desk, waiting.now, now=False),
        changes=changes_of(found),
        word=next((row for row in about(found.asked) if row.event in WORDS), None),
        following=reviews.following(desk, actor, place_of(waiting.listed), chosen),
        chosen=chosen or "",
        seen=seen,
        problem=problem,
        typed=typed or {},
        key=uuid4().hex,
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than when a refund was asked for: the amount it had, facts, rules that came to speak or went
    silent, what was recorded since, and what was told since and does not fit.
    """

    amount: Money | None
    facts: Sequence[Change]
    came: Sequence[Reason]
    went: Sequence[Reason]
    rows: Sequence[Row]
    told: Sequence[Waited]

    @property
    def any(self) -> bool:
        return any(getattr(self, name) for name in Changes.__slots__)


def changes_of(found: Review) -> Changes:
    """What has changed since the refund was asked for."""
    asked, waiting = found.asked, found.waiting
    before, now = (
        {} if one is None else {reason.code.key: reason for reason in one.reasons} for one in (found.then, waiting.now)
    )
    was = Money(waiting.listed.amount.currency, asked.refund.amount_minor)
    return Changes(
        amount=None if was == waiting.listed.amount else was,
        facts=changed_facts(asked.before, waiting.resource),
        came=[reason for key, reason in now.items() if key not in before],
        went=[reason for key, reason in before.items() if key not in now],
        rows=[row for row in asked.since if row.event not in WORDS],
        told=found.told_since,
    )


def _sums(numbers: Mapping[str, list[tuple[int, Money]]], product: str) -> list[Money]:
    """What waits, in each currency."""
    totals: dict[str, int] = {}
    for key, found in numbers.items():
        for _, amount in found if product in ("", key) else ():
            totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return [Money(currency, minor) for currency, minor in sorted(totals.items())]


def _products(here: Wired) -> dict[str, Any]:
    return {product.key: product for product in here.desk.policy.catalogue}
