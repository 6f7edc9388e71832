"""The eligibility answer rule by rule: every rule that can speak about a product, and what it says of this case.

An answer names only the rules that spoke. People also want to see those that hold: which can speak follows from the
product's definition, what they said from the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from workflows import reasons
from workflows.amounts import consumption
from workflows.conditions import Case, blocks
from workflows.definition import Product
from workflows.eligibility import Answer
from workflows.instants import instant_text
from workflows.money import format_amount
from workflows.reasons import Code, Kind, Reason
from workflows.words import REFUNDED, REFUNDING, Availability


class Voice(StrEnum):
    """What a rule says."""

    HOLDS = "holds"
    ASKS = "asks"  # for a step, a person, or patience
    BLOCKS = "blocks"
    SILENT = "silent"  # it was not asked: another rule has decided


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, its sentence and its facts. `lifted`: it blocks as things are, and a step of the remedy lifts it."""

    code: Code
    voice: Voice
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    lifted: bool = False


METERED: Final = frozenset({reasons.QUOTA_EXHAUSTED, reasons.NOTHING_TO_REFUND, reasons.QUOTA_CONSUMED})
#: Said of one told event, never of a resource.
OF_EVENTS: Final = frozenset({reasons.ARRIVED_TOO_LATE})

#: What each rule says where it holds, over the facts of the case.
HELD: Final = {
    reasons.WINDOW_CLOSED: "The refund window is open until {deadline_at}.",
    reasons.REMEDY_TOO_LATE: "No revocation or reset came after {deadline_at}.",
    reasons.PROMOTION_EXCLUDED: "No terms of a promotion exclude refunds.",
    reasons.COMBINED_CERTIFICATE: "It is no combined multi-domain certificate.",
    reasons.ALREADY_USED: "It has not been used in a way that rules a refund out.",
    reasons.QUOTA_EXHAUSTED: "{used} of {total} units are consumed; something remains.",
    reasons.NOTHING_PAID_IN_CASH: "{cash} {currency} was paid in cash.",
    reasons.NOTHING_TO_REFUND: "What remains is worth an amount that can be paid.",
    reasons.MUST_CANCEL_APPLICATION: "No application has to be cancelled.",
    reasons.MUST_REVOKE: "Nothing has to be revoked.",
    reasons.REVOCATION_IN_REVIEW: "No revocation is under review.",
    reasons.MUST_RESET: "Nothing has to be reset.",
    reasons.QUOTA_CONSUMED: "No consumed quota asks for an account manager.",
    reasons.PROMOTION_UNKNOWN: "No unknown promotion asks for a person.",
    reasons.ABOVE_REVIEW_LIMIT: "The amount needs no second person.",
    reasons.EVENTS_UNRESOLVED: "Every event that was told is resolved.",
    reasons.REFUND_IN_PROGRESS: "No refund is in progress.",
    reasons.ALREADY_REFUNDED: "It has not been refunded.",
}
CLAIMED: Final = "The window was claimed in time, at {claimed_at}."
CODES: Final = tuple(sorted((one for one in vars(reasons).values() if isinstance(one, Code)), key=lambda c: c.rank))


def codes_of(product: Product) -> tuple[Code, ...]:
    """The reasons that an answer about this product can have, in their published order."""
    return tuple(code for code in CODES if _can_speak(product, code))


def _can_speak(product: Product, code: Code) -> bool:
    if code.kind == Kind.EVENT or code in OF_EVENTS:
        return False
    if code.kind == Kind.STEP:
        return any(arc.step is not None and arc.step.missing == code for arc in product.arcs)
    if code in METERED:
        return product.meter is not None
    if code == reasons.REMEDY_TOO_LATE:
        return any(way.by_deadline for way in product.refundable)
    if code == reasons.ALREADY_USED:
        return any(_is_used_up(product, state) for state in product.states)
    return code != reasons.COMBINED_CERTIFICATE or any(bar.code == code for bar in product.bars)


def _is_used_up(product: Product, state: str) -> bool:
    """Whether no refund is possible from a state and no step leads on."""
    if state in (REFUNDING, REFUNDED) or product.ways_from(state):
        return False
    return all(arc.step is None for arc in product.leaving[state])


def checks(found: Answer) -> tuple[Check, ...]:
    """Every rule of the product, with what it says of the case that was answered."""
    case = found.case
    spoken = {reason.code: reason for reason in found.reasons}
    lifted = {reason.code: reason for reason in blocks(case)} if _has_way(found) else {}
    silent = set(_not_asked(found))
    return tuple(_check(case, code, spoken, lifted, silent) for code in codes_of(case.product))


def _check(case: Case, code: Code, spoken: dict[Code, Reason], lifted: dict[Code, Reason], silent: set[Code]) -> Check:
    if code in spoken:
        said = spoken[code]
        voice = Voice.BLOCKS if code.kind == Kind.BLOCK else Voice.ASKS
        return Check(code, voice, said.message, dict(said.facts))
    if code in lifted:
        said = lifted[code]
        return Check(code, Voice.ASKS, said.message, dict(said.facts), lifted=True)
    if code in silent:
        return Check(code, Voice.SILENT, "It was not asked: another rule has decided.")
    return _held(case, code)


def _held(case: Case, code: Code) -> Check:
    facts = _facts(case)
    sentence = CLAIMED if code == reasons.WINDOW_CLOSED and "claimed_at" in facts else HELD[code]
    named = {name: value for name, value in facts.items() if f"{{{name}}}" in sentence}
    return Check(code, Voice.HOLDS, sentence.format_map(facts), named)


def _has_way(found: Answer) -> bool:
    return found.way is not None


def _not_asked(found: Answer) -> Iterator[Code]:
    """The rules that an answer has passed over, because what was asked before them decided it."""
    if found.availability in (Availability.IN_PROGRESS, Availability.REFUNDED):
        yield from (code for code in CODES if code.kind != Kind.STATUS)
    elif found.availability == Availability.UNAVAILABLE:
        yield from (code for code in CODES if code.kind in (Kind.STEP, Kind.REVIEW))


def _facts(case: Case) -> dict[str, Any]:
    payment, units = case.resource.payment, consumption(case.product, case.resource)
    facts: dict[str, Any] = {
        "deadline_at": instant_text(case.resource.deadline_at),
        "cash": format_amount(payment.cash_minor, payment.currency),
        "currency": payment.currency,
    }
    if case.resource.claimed_at is not None:
        facts["claimed_at"] = instant_text(case.resource.claimed_at)
    if units is not None:
        facts |= {"used": units[0], "total": units[1]}
    return facts
