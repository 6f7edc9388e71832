"""Whether the refunds a history tells of are kept, were paid where they say, and stay within the cash that was paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from persistence.ledger import Credit
from persistence.tables import PAID_REFUNDS
from service.verification.properties import Findings, Property
from workflows.resource import Refund, Resource
from workflows.words import ACCOUNT_BALANCE


@dataclass(frozen=True, slots=True)
class Paper:
    """What is kept about a resource's refunds, in tables of their own; `paid` are those a provider has paid."""

    refunds: Sequence[Refund]
    credits: Mapping[str, Credit]
    paid: Collection[str]


def check_money(resource: Resource, told: Mapping[str, Refund], paper: Paper, findings: Findings) -> None:
    """Hold the refunds that history tells of against the tables, and against the cash."""
    _check_rows(resource.id, told, paper.refunds, findings)
    _check_cash(resource, told, findings)
    for refund in told.values():
        _check_payout(resource, refund, paper, findings)
    for refund_id in {refund.id for refund in paper.refunds} - set(told):
        if refund_id in paper.credits:
            findings.wrong(Property.CREDITS, resource.id, "no credit", _credit_text(paper.credits[refund_id]))


def _check_rows(resource_id: str, told: Mapping[str, Refund], kept: Sequence[Refund], findings: Findings) -> None:
    findings.examined[Property.REFUNDS] += len(told)
    by_id = {refund.id: refund for refund in kept}
    for refund_id, refund in told.items():
        found = by_id.pop(refund_id, None)
        if found is None:
            findings.wrong(Property.REFUNDS, resource_id, f"refund {refund_id}", None)
        elif found != refund:
            names = [name for name in Refund.__struct_fields__ if getattr(found, name) != getattr(refund, name)]
            expected, stored = (_refund_text(one, names) for one in (refund, found))
            findings.wrong(Property.REFUNDS, resource_id, expected, stored)
    for refund_id in by_id:
        findings.wrong(Property.REFUNDS, resource_id, "no such refund", f"refund {refund_id}")


def _check_cash(resource: Resource, told: Mapping[str, Refund], findings: Findings) -> None:
    findings.examined[Property.WITHIN_CASH] += 1
    paid = [refund.amount_minor for refund in told.values() if refund.status in PAID_REFUNDS]
    if len(paid) > 1:
        findings.wrong(Property.WITHIN_CASH, resource.id, "one paid refund at most", f"{len(paid)} paid refunds")
    elif sum(paid) > resource.payment.cash_minor:
        findings.wrong(Property.WITHIN_CASH, resource.id, f"at most {resource.payment.cash_minor}", sum(paid))


def _check_payout(resource: Resource, refund: Refund, paper: Paper, findings: Findings) -> None:
    """A refund that was paid has left its trace where the money went, and none has one that was not."""
    credited = paper.credits.get(refund.id)
    if refund.status in PAID_REFUNDS and refund.destination == ACCOUNT_BALANCE:
        findings.examined[Property.CREDITS] += 1
        due = _credit_due(resource, refund)
        found = None if credited is None else {name: getattr(credited, name) for name in due}
        if found != due:
            stored = "no credit" if credited is None else _credit_text(credited)
            findings.wrong(Property.CREDITS, resource.id, " ".join(map(str, due.values())), stored)
        return
    if credited is not None:
        findings.wrong(Property.CREDITS, resource.id, "no credit", _credit_text(credited))
    if refund.status in PAID_REFUNDS:
        findings.examined[Property.PAYOUTS] += 1
        if refund.id not in paper.paid:
            expected = f"an attempt at refund {refund.id} that was answered as paid"
            findings.wrong(Property.PAYOUTS, resource.id, expected, None)


def _credit_due(resource: Resource, refund: Refund) -> dict[str, Any]:
    return {
        "key": f"{refund.id}:{ACCOUNT_BALANCE}",
        "account_id": resource.payment.account_id,
        "resource_id": resource.id,
        "amount_minor": refund.amount_minor,
        "currency": resource.payment.currency,
    }


def _credit_text(credit: Credit) -> str:
    return f"{credit.key} {credit.account_id} {credit.resource_id} {credit.amount_minor} {credit.currency}"


def _refund_text(refund: Refund, names: Sequence[str]) -> str:
    told = ", ".join(f"{name} {getattr(refund, name)}" for name in names)
    return f"refund {refund.id}: {told}"
