"""One resource of a bulk run: what is foreseen of it, and what became of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from persistence.bulk import Item
from service.bulk_totals import Totals
from service.refunds import Asked
from service.selections import Judged
from workflows import reasons
from workflows.money import Money
from workflows.reasons import Reason
from workflows.step import EarlierDefinitionError
from workflows.words import Availability, RefundStatus

_FORESEEN: Final = {Availability.AVAILABLE: "at_once", Availability.REVIEW_REQUIRED: "in_review"}


def foreseen(position: int, one: Judged) -> Item:
    """What asking would come to. What cannot be asked for at all has its outcome already."""
    if one.unjudged is not None:
        return Item(position, one.resource_id, "failed", "failed", reasons=(one.unjudged.to_json(),))
    if one.answer is None:
        unknown = Reason(reasons.UNKNOWN_RESOURCE, {"subject": one.resource_id})
        return Item(position, one.resource_id, "refused", "refused", reasons=(unknown.to_json(),))
    outcome = _FORESEEN.get(one.answer.availability, "refused")
    said = tuple(reason.to_json() for reason in one.answer.reasons)
    money = one.answer.amount if one.answer.accepted else None
    return _with(Item(position, one.resource_id, outcome), money, said)


def result(item: Item, asked: Asked, now: datetime) -> Item:
    """What became of asking."""
    said = tuple(reason.to_json() for reason in asked.result.reasons)
    refund = asked.resource.refund
    if not asked.accepted or refund is None:
        return _with(replace(item, outcome="refused", asked_at=now), None, said)
    outcome = "in_review" if refund.status == RefundStatus.IN_REVIEW else "at_once"
    resolved = replace(item, outcome=outcome, refund_id=refund.id, asked_at=now)
    return _with(resolved, asked.resource.money(refund.amount_minor), said)


def failed(item: Item, error: Exception, now: datetime) -> Item:
    """Asking broke down, and nothing was recorded of it."""
    if isinstance(error, EarlierDefinitionError):
        said = Reason(reasons.EARLIER_DEFINITION, {"problem": str(error)})
    else:
        said = Reason(reasons.UNPROCESSABLE, {"problem": type(error).__name__})
    return _with(replace(item, outcome="failed", asked_at=now), None, (said.to_json(),))


def count(totals: Totals, item: Item, group: str) -> None:
    """Take an item into totals; of reasons, only those that say no are counted."""
    paid = None if item.currency is None or item.amount_minor is None else Money(item.currency, item.amount_minor)
    totals.add(group, paid, (reason["code"] for reason in item.reasons if group in ("refused", "failed")))


def _with(item: Item, money: Money | None, said: tuple[dict[str, Any], ...]) -> Item:
    if money is None:
        return replace(item, currency=None, amount_minor=None, reasons=said)
    return replace(item, currency=money.currency, amount_minor=money.minor, reasons=said)
