"""What the proof of one product under one version of the rules came to."""

from dataclasses import dataclass
from typing import Any

from workflows.proof.counterexample import CounterExample
from workflows.proof.properties.kinds import Property


@dataclass(frozen=True, slots=True)
class Finding:
    """One property: how often it was judged, and the first counter-example, where there is one."""

    about: Property
    examined: int
    violation: CounterExample | None = None

    @property
    def holds(self) -> bool:
        return self.violation is None

    def to_json(self) -> dict[str, Any]:
        return {
            "property": self.about.key,
            "sentence": self.about.sentence,
            "source": self.about.source,
            "examined": self.examined,
            "holds": self.holds,
            "counter_example": None if self.violation is None else self.violation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """All findings, over so many payments, situations reached, and moves made in them."""

    product: str
    rules_version: str
    payments: int
    situations: int
    moves: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)

    @property
    def violated(self) -> frozenset[str]:
        return frozenset(finding.about.key for finding in self.findings if not finding.holds)

    def to_json(self) -> dict[str, Any]:
        return {
            "product": self.product,
            "rules_version": self.rules_version,
            "payments": self.payments,
            "situations": self.situations,
            "moves": self.moves,
            "holds": self.holds,
            "properties": [finding.to_json() for finding in self.findings],
        }
