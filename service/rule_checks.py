"""A verdict on new rules before they are loaded: whether they fit beside those kept, and whom they would touch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from persistence import cohorts
from persistence.cohorts import Cohort
from service.cohorts import Inquiry, comparisons
from service.desk import Desk
from workflows.amending import Difference, differences, rules_json
from workflows.comparing import Tally
from workflows.instants import instant_text
from workflows.rules import RuleBook, Rules, RulesError

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say of rules that somebody wants to load.

    `conflict` says why they could not be loaded; None where they could. `known`: they are kept already, word for word.
    `paid_before_loading` counts the resources paid at or after their start: those keep the version they have.
    `population` is how the resources paid since `since` would have fared, had the rules been in force for them.
    """

    rules: Rules
    in_force: Rules
    conflict: str | None
    known: bool
    differences: tuple[Difference, ...]
    paid_before_loading: int
    since: datetime
    population: Tally

    @property
    def findings(self) -> tuple[str, ...]:
        """What somebody should look at before the rules are loaded, a sentence each; none where all is well."""
        found = [] if self.conflict is None else [self.conflict]
        if self.paid_before_loading and not self.known:
            found.append(
                f"{self.paid_before_loading} resources are paid already at or after {self._start}; "
                "they keep the version pinned to them"
            )
        for turn, number in sorted(self.population.turns.items()):
            found.append(f"{number} resources paid since {instant_text(self.since)}: {turn.meaning}")
        return tuple(found)

    @property
    def _start(self) -> str:
        return instant_text(self.rules.effective_from)

    def to_json(self) -> dict[str, Any]:
        return {
            "fine": not self.findings,
            "findings": list(self.findings),
            "rules": rules_json(self.rules),
            "in_force": self.in_force.version,
            "known": self.known,
            "conflict": self.conflict,
            "differences": [one.to_json() for one in self.differences],
            "paid_before_loading": self.paid_before_loading,
            "taken_by_payments_from": self._start,
            "since": instant_text(self.since),
            "population": self.population.to_json(),
        }


def check(
    desk: Desk, rules: Rules, since: datetime, examples: int, advance: Progress = lambda _number: None
) -> Verdict:
    """The verdict on rules, judged on the resources paid since an instant; `advance` hears how many are through."""
    in_force = desk.policy.rulebook.in_force(desk.clock.now())
    population = Tally(examples)
    for some in comparisons(desk, Inquiry(rules, Cohort(since=since))):
        population.add_all(some)
        advance(len(some))
    return Verdict(
        rules=rules,
        in_force=in_force,
        conflict=_conflict(desk.policy.rulebook, rules),
        known=any(kept.digest == rules.digest for kept in desk.policy.rulebook),
        differences=differences(in_force, rules),
        paid_before_loading=_paid_since(desk, rules.effective_from),
        since=since,
        population=population,
    )


def _conflict(kept: RuleBook, rules: Rules) -> str | None:
    try:
        RuleBook([*kept, rules])
    except RulesError as error:
        return str(error)
    return None


def _paid_since(desk: Desk, start: datetime) -> int:
    with desk.store.reading() as connection:
        return cohorts.count(connection, Cohort(since=start))
