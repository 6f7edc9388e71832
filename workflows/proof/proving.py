"""Proving: the search is run to its end, and every property judged on all that it finds."""

from collections import Counter
from collections.abc import Sequence

from workflows.catalogue import Catalogue
from workflows.proof.counterexample import CounterExample, paid, way_to
from workflows.proof.exploration import Exploration, Turn, Visit
from workflows.proof.making import begun
from workflows.proof.properties import PROPERTIES
from workflows.proof.properties.kinds import OfPayment, OfStep, OfVisit, OfWhole
from workflows.proof.report import Finding, Proof
from workflows.proof.starts import Start, paydays, starts
from workflows.rules import RuleBook, Rules
from workflows.step import Policy


class Judge:
    """Holds every property against what is found, and keeps the first counter-example of each."""

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.examined: Counter[str] = Counter()
        self.violations: dict[str, CounterExample] = {}
        steps = [one for one in PROPERTIES if isinstance(one, OfStep)]
        self._by_concern = [
            (concern, [one for one in steps if one.concerns is concern])
            for concern in dict.fromkeys(one.concerns for one in steps)
        ]
        self._of_visits = [one for one in PROPERTIES if isinstance(one, OfVisit)]

    def payment(self, start: Start) -> None:
        situation, _ = begun(self.exploration.policy, start)
        for one in PROPERTIES:
            if isinstance(one, OfPayment):
                self.examined[one.key] += 1
                problem = one.check(start, situation.resource)
                if problem is not None and one.key not in self.violations:
                    self.violations[one.key] = paid(start, problem, situation.resource.state)

    def visit(self, visit: Visit) -> None:
        for one in self._of_visits:
            self.examined[one.key] += 1
            problem = one.check(self.exploration, visit)
            if problem is not None and one.key not in self.violations:
                self.violations[one.key] = way_to(problem, visit)

    def turn(self, turn: Turn) -> None:
        for step in turn.steps:
            for concern, properties in self._by_concern:
                if not concern(step):
                    continue
                for one in properties:
                    self.examined[one.key] += 1
                    problem = one.check(step)
                    if problem is not None and one.key not in self.violations:
                        self.violations[one.key] = way_to(problem, turn.visit, turn.move, turn.steps)

    def whole(self) -> None:
        for one in PROPERTIES:
            if isinstance(one, OfWhole):
                self.examined[one.key] = len(self.exploration.visits)
                first = next(iter(one.check(self.exploration)), None)
                if first is not None:
                    self.violations[one.key] = way_to(*first)

    def findings(self) -> tuple[Finding, ...]:
        return tuple(Finding(one, self.examined[one.key], self.violations.get(one.key)) for one in PROPERTIES)


def prove(catalogue: Catalogue, key: str, rules: Rules, chosen: Sequence[Start] | None = None) -> Proof:
    """The proof of one product under one version of the rules, from every kind of payment or from those chosen.

    Raises EndlessError or UnsampledFieldError where the product cannot be explored.
    """
    product = catalogue.product(key)
    exploration = Exploration(Policy(catalogue, RuleBook([rules])), product)
    judge = Judge(exploration)
    payments = starts(catalogue, product, rules) if chosen is None else chosen
    for start in (*payments, *paydays(catalogue, product, rules)):
        judge.payment(start)
    for start in payments:
        judge.visit(exploration.begin(start))
    for turn in exploration.turned():
        judge.turn(turn)
        if turn.new and turn.to is not None:
            judge.visit(turn.to)
    judge.whole()
    return Proof(key, rules.version, len(payments), len(exploration.visits), exploration.turns, judge.findings())
