"""A counter-example: the way to where a property fails, as numbered lines and as a drawing."""

from dataclasses import dataclass
from typing import Any

from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region, Start
from workflows.diagrams.mermaid import to_mermaid
from workflows.instants import instant_text
from workflows.money import format_amount
from workflows.proof import starts
from workflows.proof.exploration import Visit
from workflows.proof.moves import Move
from workflows.proof.steps import Step
from workflows.words import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """One event on the way: when it arrived and what it was dated (where that differs), and what became of it."""

    at: str
    event: str
    outcome: str
    state: str
    detail: str = ""
    dated: str | None = None

    @property
    def text(self) -> str:
        dated = "" if self.dated is None else f", dated {self.dated}"
        detail = f"  ({self.detail})" if self.detail else ""
        return f"{self.at}  {self.event}{dated}: {self.outcome} -> {self.state}{detail}"


@dataclass(frozen=True, slots=True)
class CounterExample:
    """What is wrong, and the shortest way there that the search found; no lines where it is wrong everywhere."""

    problem: str
    lines: tuple[Line, ...] = ()

    @property
    def mermaid(self) -> str | None:
        """The way as a `stateDiagram-v2`; None where there is no way to draw."""
        if not self.lines:
            return None
        nodes = tuple(Node(f"s{n}", line.state, Mark.PLAIN, leaves=True) for n, line in enumerate(self.lines))
        first, *others = self.lines
        edges = tuple(
            Edge(f"s{n}", f"s{n + 1}", f"{n + 2}. {line.event}", (line.at, line.outcome), "refundry", remedy=False)
            for n, line in enumerate(others)
        )
        region = Region("way", "The way", (Start("s0", f"1. {first.event} [{first.at}]"),), nodes, edges)
        return to_mermaid(Graph("way", "Counter-example", (region,)))

    def to_json(self) -> dict[str, Any]:
        steps = [
            {
                "at": line.at,
                "dated": line.dated or line.at,
                "event": line.event,
                "outcome": line.outcome,
                "state": line.state,
                "detail": line.detail,
            }
            for line in self.lines
        ]
        return {"problem": self.problem, "steps": steps, "mermaid": self.mermaid}


def way_to(problem: str, visit: Visit | None, move: Move | None = None, steps: tuple[Step, ...] = ()) -> CounterExample:
    """The way to a situation, with the move from there that went wrong, where it was one."""
    if visit is None:
        return CounterExample(problem)
    lines = [line for place in visit.trail for line in _lines(place, place.steps)]
    if move is not None:
        lines += [_line(step) for step in steps]
    return CounterExample(problem, tuple(lines))


def paid(start: starts.Start, problem: str, state: str) -> CounterExample:
    """A payment that is wrong by itself."""
    return CounterExample(problem, (_payment(start, state),))


def _lines(place: Visit, steps: tuple[Step, ...]) -> list[Line]:
    if place.parent is None:
        return [_payment(place.situation.start, place.situation.resource.state)]
    if not steps and place.move is not None:
        return [
            Line(
                instant_text(place.situation.now),
                place.move.event,
                "nothing else happens",
                place.situation.resource.state,
            )
        ]
    return [_line(step) for step in steps]


def _payment(start: starts.Start, state: str) -> Line:
    told = [f"{start.name}, {format_amount(start.cash_minor, start.currency)} {start.currency} in cash"]
    if start.coupon_minor:
        told.append(f"{format_amount(start.coupon_minor, start.currency)} with a coupon")
    if start.promotion is not None:
        told.append(f"promotion {start.promotion}")
    if start.units is not None:
        told.append(f"{start.units} units")
    told.append(f"deadline {instant_text(start.deadline_at)}")
    return Line(instant_text(start.event.time), start.event.type, Outcome.APPLIED, state, ", ".join(told))


def _line(step: Step) -> Line:
    why = [reason.code.key for reason in step.reasons]
    data = [f"{name} {value}" for name, value in step.data.items()]
    refund = step.after.refund
    if refund is not None and refund is not step.before.refund:
        amount = format_amount(refund.amount_minor, step.start.currency)
        data.append(f"refund {refund.status}, {amount} {step.start.currency}")
    by = [f"by {step.actor}"] if step.outcome is None or not step.use else []
    return Line(
        at=instant_text(step.now),
        event=step.event,
        outcome="does not count" if step.outcome is None else step.outcome.value,
        state=step.after.state,
        detail="; ".join([*by, *data, *why, *([step.objection] if step.objection else [])]),
        dated=None if step.time == step.now else instant_text(step.time),
    )
