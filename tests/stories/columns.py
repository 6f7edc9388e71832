"""The columns of a story's table: what may stand in a cell, and what is held against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.stories.days import read_day
from workflows import reasons
from workflows.instants import instant_text
from workflows.reasons import Code
from workflows.resource import Resource
from workflows.review import Objection
from workflows.words import (
    ACCOUNT_BALANCE,
    ORIGINAL_PAYMENT_METHOD,
    STATES,
    Availability,
    Outcome,
    RefundStatus,
    Window,
)

NONE: Final = "-"
ARROW: Final = "->"
OUTCOME_AND_STATE: Final = "outcome -> state"
CODES: Final = frozenset(code.key for code in vars(reasons).values() if isinstance(code, Code)) | set(Objection)


@dataclass(frozen=True)
class Seen:
    """All that can be seen right after a line: what became of its event, and the answer to the question asked then.

    `why` is set where the event was not applied. `answer` is the eligibility answer as JSON; None where the resource
    is not known.
    """

    outcome: str | None
    state: str | None
    why: Sequence[str] | None
    answer: dict[str, Any] | None
    resource: Resource | None
    waiting: Sequence[str]

    def answered(self, name: str) -> Any:
        return None if self.answer is None else self.answer[name]


@dataclass(frozen=True)
class Column:
    """`read` takes a cell and returns how it is compared, or raises ValueError; `shows` is what it is compared with."""

    read: Callable[[str], str]
    shows: Callable[[Seen, str], str]


def listed(values: Iterable[str]) -> str:
    return ", ".join(values) or NONE


def _one_of(what: str, allowed: Iterable[str]) -> Callable[[str], str]:
    known = (NONE, *allowed)

    def read(cell: str) -> str:
        if cell not in known:
            raise ValueError(f"{cell!r} is no {what}; there are {', '.join(known)}")
        return cell

    return read


def _many_of(what: str, allowed: Iterable[str]) -> Callable[[str], str]:
    one = _one_of(what, allowed)
    return lambda cell: listed(one(part.strip()) for part in cell.split(","))


_outcome, _state = _one_of("outcome", Outcome), _one_of("state", STATES)


def _outcome_and_state(cell: str) -> str:
    outcome, arrow, state = (part.strip() for part in cell.partition(ARROW))
    told = [_outcome(outcome)] if outcome else []
    return " ".join([*told, ARROW, _state(state)] if arrow else told)


def _became(seen: Seen, expected: str) -> str:
    """As much of outcome and state as the line asks for."""
    told = [] if expected.startswith(ARROW) else [str(seen.outcome)]
    return " ".join([*told, ARROW, seen.state or NONE] if ARROW in expected else told)


def _amount(cell: str) -> str:
    value, _, currency = cell.partition(" ")
    if cell != NONE and not (value.replace(".", "", 1).isdigit() and len(currency) == 3):
        raise ValueError(f"{cell!r} is no amount such as 1.60 USD")
    return cell


def _deadline(cell: str) -> str:
    return instant_text(read_day(cell))


def _answered(name: str) -> Callable[[Seen, str], str]:
    return lambda seen, _: seen.answered(name) or NONE


def _reasons(seen: Seen, _: str) -> str:
    if seen.why is not None:
        return listed(seen.why)
    return listed(reason["code"] for reason in seen.answered("reasons") or ())


def _paid_back(seen: Seen, _: str) -> str:
    amount = seen.answered("amount")
    return NONE if amount is None else f"{amount['value']} {amount['currency']}"


def _steps(seen: Seen, _: str) -> str:
    return listed(step["event"] for step in seen.answered("remedy") or ())


def _moments(cell: str) -> str:
    moments = [part.strip() for part in cell.split(",")]
    return listed(moment if moment == NONE else _deadline(moment) for moment in moments)


def _last_moments(seen: Seen, _: str) -> str:
    return listed(step["before"] or NONE for step in seen.answered("remedy") or ())


def _refund_status(seen: Seen, _: str) -> str:
    return NONE if seen.resource is None or seen.resource.refund is None else seen.resource.refund.status.value


COLUMNS: Final = {
    OUTCOME_AND_STATE: Column(_outcome_and_state, _became),
    "availability": Column(_one_of("availability", Availability), _answered("availability")),
    "reasons": Column(_many_of("reason", sorted(CODES)), _reasons),
    "amount": Column(_amount, _paid_back),
    "destination": Column(_one_of("destination", (ORIGINAL_PAYMENT_METHOD, ACCOUNT_BALANCE)), _answered("destination")),
    "deadline": Column(_deadline, _answered("deadline_at")),
    "window": Column(_one_of("window", Window), _answered("window")),
    "remedy": Column(lambda cell: listed(part.strip() for part in cell.split(",")), _steps),
    "before": Column(_moments, _last_moments),
    "refund": Column(_one_of("status of a refund", RefundStatus), _refund_status),
    "waiting": Column(
        _many_of("waiting event", ("parked", "dead")), lambda seen, _: listed(sorted(seen.waiting, reverse=True))
    ),
}
