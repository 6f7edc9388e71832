"""Which decisions a property is about."""

from workflows.proof.steps import Step
from workflows.words import REFUND_APPROVED, REFUND_DECLINED, REFUND_OVERRIDE, REFUND_REQUESTED, WINDOW_EXPIRED, Outcome


def every_step(_step: Step) -> bool:
    return True


def requests_taken(step: Step) -> bool:
    return step.event == REFUND_REQUESTED and step.outcome == Outcome.APPLIED


def applied(step: Step) -> bool:
    return step.outcome == Outcome.APPLIED


def changes_of_refunds(step: Step) -> bool:
    return step.before.refund is not step.after.refund


def use_events(step: Step) -> bool:
    return step.use


def use_events_applied(step: Step) -> bool:
    return step.use and step.outcome == Outcome.APPLIED


def refusals(step: Step) -> bool:
    return step.outcome == Outcome.REFUSED


def overrides_taken(step: Step) -> bool:
    return step.event == REFUND_OVERRIDE and step.outcome == Outcome.APPLIED


def words_of_reviewers(step: Step) -> bool:
    """Words that counted, of people: the refusal of consumption to leave anything is no person's."""
    return step.outcome == Outcome.APPLIED and step.event in (REFUND_APPROVED, REFUND_DECLINED)


def expiries(step: Step) -> bool:
    return step.event == WINDOW_EXPIRED and step.outcome == Outcome.APPLIED
