"""The eligibility answer: may it be refunded, how much, why not, what must happen first and until when."""

from datetime import datetime, timedelta
from typing import Any, Final

from workflows import reasons
from workflows.amounts import payable
from workflows.conditions import Case, blocks, exhausted, remedy_too_late, reviews, way_out
from workflows.definition import Refundable
from workflows.instants import instant_text
from workflows.money import Money
from workflows.reasons import Reason, in_order
from workflows.remedy import Path, as_steps, shortest_path
from workflows.values import Value, replace
from workflows.window import window_at
from workflows.words import ORIGINAL_PAYMENT_METHOD, REFUNDED, REFUNDING, Availability, Window

A_MOMENT: Final = timedelta(microseconds=1)
ACCEPTED: Final = frozenset({Availability.AVAILABLE, Availability.REVIEW_REQUIRED})


class Answer(Value, frozen=True):
    """What can be said of refunding one resource at one instant.

    `path` leads to where a request is accepted, in the `way` that holds there; both are None where nothing does.
    """

    case: Case
    availability: Availability
    reasons: tuple[Reason, ...] = ()
    amount: Money | None = None
    destination: str | None = None
    way: Refundable | None = None
    path: Path | None = None

    @property
    def accepted(self) -> bool:
        """Whether a request made now is taken, be it paid at once or after review."""
        return self.availability in ACCEPTED

    @property
    def remedy(self) -> tuple[dict[str, Any], ...]:
        """What has to happen, in order, up to the request; nothing where no request would be accepted."""
        return () if self.path is None else as_steps(self.path)

    @property
    def window(self) -> Window:
        resource = self.case.resource
        return window_at(self.case.at, resource.deadline_at, resource.claimed_at)

    def to_json(self) -> dict[str, Any]:
        resource = self.case.resource
        return {
            "resource_id": resource.id,
            "product": resource.payment.product,
            "state": resource.state,
            "as_of": instant_text(self.case.at),
            "availability": self.availability.value,
            "amount": None if self.amount is None else self.amount.to_json(),
            "destination": self.destination,
            "deadline_at": instant_text(resource.deadline_at),
            "window": self.window.value,
            "reasons": [reason.to_json() for reason in self.reasons],
            "remedy": list(self.remedy),
            "rules_version": resource.rules_version,
        }


def answer(case: Case) -> Answer:
    """The eligibility answer for a case. Pure: the same case has the same answer for ever."""
    if case.resource.state == REFUNDING:
        return _under_way(case, Availability.IN_PROGRESS, reasons.REFUND_IN_PROGRESS)
    if case.resource.state == REFUNDED:
        return _under_way(case, Availability.REFUNDED, reasons.ALREADY_REFUNDED)
    standing = blocks(case)
    if standing and not _a_step_could_lift(standing):
        return _unavailable(case, standing)
    path = shortest_path(case, _is_accepted)
    return _unavailable(case, standing) if path is None else _offered(case, path)


def _a_step_could_lift(standing: list[Reason]) -> bool:
    """Whether every block comes from the present state, which a step may leave; time, money and terms stay."""
    lasting = (
        reasons.WINDOW_CLOSED,
        reasons.ARRIVED_TOO_LATE,
        reasons.PROMOTION_EXCLUDED,
        reasons.NOTHING_PAID_IN_CASH,
    )
    return not any(reason.code in lasting for reason in standing)


def _is_accepted(case: Case) -> bool:
    return way_out(case) is not None and not blocks(case)


def _under_way(case: Case, availability: Availability, code: reasons.Code) -> Answer:
    refund = case.resource.refund
    assert refund is not None, f"{case.resource.id} is {case.resource.state} without a refund"
    amount = case.resource.money(refund.amount_minor)
    return Answer(case, availability, (Reason(code, {"refund_id": refund.id}),), amount, refund.destination)


def _unavailable(case: Case, standing: list[Reason]) -> Answer:
    found = list(standing)
    if way_out(case) is None:
        if _bound_remedy_missed(case):
            found.append(remedy_too_late(case))
        elif not exhausted(case) and shortest_path(case, _is_refundable_state) is None:
            found.append(Reason(reasons.ALREADY_USED, {"state": case.resource.state}))
    return Answer(case, Availability.UNAVAILABLE, in_order(found))


def _bound_remedy_missed(case: Case) -> bool:
    """On a claimed window past its deadline: whether only a revocation or a reset leads on, now too late."""
    if case.resource.claimed_at is None or case.at < case.resource.deadline_at:
        return False
    path = shortest_path(case, _is_refundable_state)
    return path is not None and path.bound


def _is_refundable_state(case: Case) -> bool:
    return way_out(case) is not None


def _offered(case: Case, path: Path) -> Answer:
    way = way_out(path.end)
    assert way is not None
    asked_of_people = reviews(path.end, way)
    first = path.arcs[0].step if path.arcs else None
    missing = [] if first is None else [Reason(first.missing, {"state": case.resource.state})]
    if missing:
        availability = Availability.ACTION_REQUIRED
    else:
        availability = Availability.REVIEW_REQUIRED if asked_of_people else Availability.AVAILABLE
    return Answer(
        case,
        availability,
        in_order(missing + asked_of_people),
        case.resource.money(payable(case.product, path.end.resource, case.rules, way)),
        ORIGINAL_PAYMENT_METHOD,
        way,
        path,
    )


class Outlook(Value, frozen=True):
    """The availability before the deadline and from it on, each with the amount that following the answer would pay.

    Amounts are minor units; 0 where there is none. Between two changes of a resource its answer turns at the deadline
    and at no other instant, so these, stored with the facts, say it for every instant.
    """

    before: Availability
    before_minor: int
    after: Availability
    after_minor: int


def outlook(case: Case) -> Outlook:
    resource = case.resource
    before = answer(replace(case, at=resource.deadline_at - A_MOMENT))
    if resource.state in (REFUNDING, REFUNDED):
        return Outlook(before.availability, _minor(before), before.availability, _minor(before))
    if resource.claimed_at is None:
        # From the deadline on the window is closed, whatever else there would be to say.
        return Outlook(before.availability, _minor(before), Availability.UNAVAILABLE, 0)
    after = answer(replace(case, at=resource.deadline_at))
    return Outlook(before.availability, _minor(before), after.availability, _minor(after))


def _minor(found: Answer) -> int:
    return 0 if found.amount is None else found.amount.minor


def past_grace(told_time: datetime, arrived_at: datetime, deadline_at: datetime, late_until: datetime) -> bool:
    """Whether something dated before the deadline was told too late to count by its own time."""
    return told_time < deadline_at and arrived_at >= late_until
