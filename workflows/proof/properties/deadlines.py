"""What the refund period binds."""

from typing import Final

from workflows.instants import instant_text
from workflows.proof.promises import UNUSED_AGAIN
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import GENERAL, OfPayment, OfStep, Property
from workflows.proof.starts import Start
from workflows.proof.steps import Step
from workflows.resource import Resource
from workflows.words import REFUND_DECLINED, REFUND_OVERRIDE, REFUND_REQUESTED, Outcome


def _deadline(start: Start, resource: Resource) -> str | None:
    if resource.deadline_at != start.deadline_at:
        right = instant_text(start.deadline_at)
        return f"the deadline is {instant_text(resource.deadline_at)}; by the calendar it is {right}"
    if resource.late_until != start.late_until:
        return f"late arrivals count until {instant_text(resource.late_until)}, not {instant_text(start.late_until)}"
    return None


def _asked_in_time(step: Step) -> str | None:
    deadline = step.start.deadline_at
    if step.notes.claimed or step.counts_at < deadline:
        return None
    return (
        f"a request that counts at {instant_text(step.counts_at)} was taken; the deadline was {instant_text(deadline)}"
    )


def _told_in_time(step: Step) -> str | None:
    """The grace is no less than promised: where the clock alone could object, it does not."""
    codes = {reason.code.key for reason in step.reasons}
    if codes & {"window_closed", "arrived_too_late"} and (
        step.notes.claimed or step.counts_at < step.start.deadline_at
    ):
        return f"a request that counts at {instant_text(step.counts_at)} was refused as too late"
    return None


def _remedied_in_time(step: Step) -> str | None:
    if step.notes.late and step.before.state in UNUSED_AGAIN:
        return f"a request was taken of what became {step.before.state} at the deadline or after"
    return None


def _claim(step: Step) -> str | None:
    """The claim follows from what was asked and decided, and from nothing else."""
    before, after = step.notes.claimed, step.after.claimed_at is not None
    events = {row.event for row in step.rows} if step.outcome == Outcome.APPLIED else set()
    expected = (before or bool(events & {REFUND_REQUESTED, REFUND_OVERRIDE})) and REFUND_DECLINED not in events
    if after == expected:
        return None
    return f"the window is {'claimed' if after else 'not claimed'}, and should be {'so' if expected else 'free'}"


def _expiry(step: Step) -> str | None:
    row = step.rows[0]
    if step.notes.claimed or step.before.expired:
        return "the end of a window was recorded that was claimed, or had ended before"
    if step.now < step.start.late_until:
        return "the end of the window was recorded while late arrivals were still possible"
    if row.occurred_at != step.start.deadline_at or row.to_state != row.from_state:
        return f"the end of the window was recorded as of {instant_text(row.occurred_at)}, in {row.to_state}"
    return None


DEADLINES: Final[tuple[Property, ...]] = (
    OfPayment(
        "deadline",
        "The window ends with the end of its last calendar day in the zone of the rules, the day of payment not counted"
        " (under the exact convention: that many times 24 hours after the payment).",
        f"{GENERAL}: within 7 calendar days after the order is paid",
        _deadline,
    ),
    OfStep(
        "asked_in_time",
        "No request is taken at the deadline or after it, unless the window was claimed before; one dated in time"
        " counts only if it arrives within the grace.",
        f"{GENERAL}: late requests are not accepted",
        concerns.requests_taken,
        _asked_in_time,
    ),
    OfStep(
        "grace",
        "No request that was made and told in time is refused as too late.",
        f"{GENERAL}: within 7 calendar days after the order is paid",
        concerns.refusals,
        _told_in_time,
    ),
    OfStep(
        "remedied_in_time",
        "What was revoked or reset at the deadline or after it is never refunded on request.",
        "SSL certificates: the revocation review must be completed within 7 calendar days; PCA: reset within 7 days",
        concerns.requests_taken,
        _remedied_in_time,
    ),
    OfStep(
        "claim",
        "A request that was taken claims the window; a declined refund gives the claim back, a failed one keeps it.",
        None,
        concerns.every_step,
        _claim,
    ),
    OfStep(
        "expiry",
        "The end of a window is recorded once, as of the deadline, only when no late arrival can count any more, and"
        " never of a claimed one; the state stays.",
        None,
        concerns.expiries,
        _expiry,
    ),
)
