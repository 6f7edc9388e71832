"""One resource's history, taken in row by row: what it amounts to, and whether each row could follow."""

from dataclasses import dataclass, field

from service.verification.properties import Findings, Property
from workflows.eligibility import answer
from workflows.history import Opening, Row, after_row, fault
from workflows.instants import instant_text
from workflows.resource import Refund, Resource, refund_from_json
from workflows.step import Policy
from workflows.words import REFUND_REQUESTED, Outcome


@dataclass(slots=True)
class Account:
    """What a history amounts to so far. Behind the first row that does not follow, it proves nothing any more."""

    resource: Resource | None = None
    last: Row | None = None
    broken: bool = False
    refunds: dict[str, Refund] = field(default_factory=dict)

    def take(self, row: Row, policy: Policy, findings: Findings) -> None:
        """Take in the next row. It need not be sound: what is wrong with it is found."""
        if not self.broken:
            self._check_chain(row, findings)
        before = self.resource
        try:
            self.resource = after_row(before, row)
        except (LookupError, TypeError, ValueError) as error:
            if not self.broken:
                told = f"{type(error).__name__}: {error}"
                findings.wrong(Property.FOLDED, row.resource_id, "a change that can be made", told, row.seq)
            self.broken = True
            return
        if isinstance(row, Opening):
            self.refunds = {told["id"]: refund_from_json(told["refund"]) for told in row.refunds}
        refund = self.resource.refund
        if refund is not None and "refund" in row.changes:
            self.refunds[refund.id] = refund
        if before is not None and not self.broken and row.event == REFUND_REQUESTED and row.outcome == Outcome.APPLIED:
            _check_request(policy, before, row, refund, findings)
        self.last = row

    def _check_chain(self, row: Row, findings: Findings) -> None:
        findings.examined[Property.CHAINED] += 1
        wrong = fault(row, self.last)
        if wrong is not None:
            self.broken = True
            expected, found = (f"{wrong.what} {value}" for value in (wrong.expected, wrong.found))
            findings.wrong(Property.CHAINED, row.resource_id, expected, found, row.seq)


def _check_request(policy: Policy, before: Resource, row: Row, refund: Refund | None, findings: Findings) -> None:
    """Whether a request that was accepted came in time, and was one to accept."""
    findings.examined[Property.IN_TIME] += 1
    unclaimed = before.claimed_at is None
    if unclaimed and row.occurred_at >= before.deadline_at:
        findings.wrong(
            Property.IN_TIME, row.resource_id, f"before {instant_text(before.deadline_at)}", row.occurred_at, row.seq
        )
    elif unclaimed and row.recorded_at >= before.late_until:
        expected = f"told before {instant_text(before.late_until)}"
        findings.wrong(Property.IN_TIME, row.resource_id, expected, row.recorded_at, row.seq)
    elif _can_be_judged(policy, before, row):
        _check_allowed(policy, before, row, refund, findings)


def _can_be_judged(policy: Policy, before: Resource, row: Row) -> bool:
    """Whether the definition that decided a row, and the terms, are those at hand."""
    known = knows(policy, before)
    return known and policy.product(before).definition_hash == row.definition


def knows(policy: Policy, resource: Resource) -> bool:
    """Whether a resource's product and terms are at hand."""
    return resource.payment.product in policy.catalogue and resource.rules_version in policy.rulebook


def _check_allowed(policy: Policy, before: Resource, row: Row, refund: Refund | None, findings: Findings) -> None:
    findings.examined[Property.ALLOWED] += 1
    found = answer(policy.case(before, row.occurred_at))
    if not found.accepted:
        why = ", ".join(reason.code.key for reason in found.reasons)
        findings.wrong(Property.ALLOWED, row.resource_id, f"refused: {why}", "accepted", row.seq)
    elif found.amount is not None and (refund is None or refund.amount_minor != found.amount.minor):
        paid = "no refund" if refund is None else refund.amount_minor
        findings.wrong(Property.ALLOWED, row.resource_id, found.amount.minor, paid, row.seq)
