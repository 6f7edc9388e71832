"""What must hold of stored data, in words, and what was found where it does not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from workflows.instants import instant_text

#: Of each property that does not hold, so many violations are kept to be shown; all are counted.
SHOWN: Final = 20
LONGEST_VALUE: Final = 160


class Property(Enum):
    """A sentence that must be true of everything stored, under a stable key, and what it is a sentence about."""

    READABLE = ("readable", "resources", "What is stored of a resource can be read.")
    OWNED = ("owned", "tables", "Every row of history, refund, attempt and credit belongs to something that is kept.")
    CHAINED = ("chained", "rows", "Every row of history is chained by its hash to the row before it.")
    COMPLETE = ("complete", "resources", "Every history ends with the row that its resource names as the last.")
    KNOWN = ("known", "resources", "Every resource is of a known product and pinned to rules that are kept.")
    FOLDED = ("folded", "resources", "Every resource is what its history amounts to, column by column.")
    REFUNDS = ("refunds", "refunds", "Every refund is kept as history tells of it, and no other is kept.")
    CREDITS = ("credits", "credits", "Every refund paid to a balance is credited there once, and nothing else is.")
    PAYOUTS = ("payouts", "refunds", "Every refund paid to the original method was paid by the provider's own word.")
    WITHIN_CASH = ("within_cash", "resources", "No more is paid out than was paid in cash, and by one refund at most.")
    PAID_OUT = ("paid_out", "resources", "What is stored as paid out is what the refunds of history amount to.")
    IN_TIME = ("in_time", "requests", "No request was accepted after the deadline, unless the window was claimed.")
    ALLOWED = ("allowed", "requests", "Every request that was accepted is one the rules accept, for that amount.")
    AVAILABILITY = ("availability", "resources", "The availability stored for lists is the one the rules give.")
    EXPIRY = ("expiry", "resources", "The end of a window is due to be recorded exactly where it has to be.")
    UNRESOLVED = ("unresolved", "resources", "As many unresolved events are stored of a resource as wait in the inbox.")
    RECOUNT = ("recount", "counts", "Counted anew from history, there are as many resources as lists count.")

    def __init__(self, key: str, examines: str, sentence: str) -> None:
        self.key, self.examines, self.sentence = key, examines, sentence


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a property does not hold: of which resource, at which row, what should be there and what is."""

    of: Property
    resource_id: str | None
    seq: int | None
    expected: str
    found: str


@dataclass(slots=True)
class Findings:
    """What has been examined, and where a property does not hold.

    `undefined` counts rows by the definition that decided them, of definitions that nobody kept: rows written before
    definitions were kept are no fault, and are told.
    """

    examined: Counter[Property] = field(default_factory=Counter)
    violations: Counter[Property] = field(default_factory=Counter)
    first: dict[Property, list[Violation]] = field(default_factory=dict)
    undefined: Counter[str] = field(default_factory=Counter)

    @property
    def sound(self) -> bool:
        return not self.violations

    def wrong(self, of: Property, resource_id: str | None, expected: Any, found: Any, seq: int | None = None) -> None:
        """Note that a property does not hold here."""
        self._note(Violation(of, resource_id, seq, shown(expected), shown(found)))

    def add(self, others: "Findings") -> None:
        """Take in what was found elsewhere."""
        self.examined += others.examined
        self.undefined += others.undefined
        for of, those in others.first.items():
            for one in those:
                self._note(one)
            self.violations[of] += others.violations[of] - len(those)

    def _note(self, violation: Violation) -> None:
        self.violations[violation.of] += 1
        kept = self.first.setdefault(violation.of, [])
        if len(kept) < SHOWN:
            kept.append(violation)


def shown(value: Any) -> str:
    """A stored value for people, on one line."""
    text = instant_text(value) if isinstance(value, datetime) else "nothing" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
