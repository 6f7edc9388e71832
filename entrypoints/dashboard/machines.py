"""The machines at a glance: how much each of them holds, state by state."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.rendering import page
from entrypoints.http.state import WiredHere
from service import census
from service.desk import Desk
from workflows.definition import Defined
from workflows.machines import MACHINES
from workflows.refund_machine import REFUND
from workflows.window_machine import WINDOW

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Glance:
    """A machine with how many things stand in each of its states."""

    machine: Defined
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@router.get("/machines", name="machines")
def machines(request: Request, here: WiredHere) -> HTMLResponse:
    found = glances(here.desk)
    return page(request, "machines.html", place="machines", glances=found, refund=REFUND, window=WINDOW)


def glances(desk: Desk) -> list[Glance]:
    """Every machine, from the running sums alone."""
    alike, refunds = census.standing(desk)
    counts: dict[str, Counter[str]] = defaultdict(Counter, {REFUND.key: refunds})
    for one in alike:
        counts[one.product][one.state] += one.count
        counts[WINDOW.key][one.window] += one.count
    return [
        Glance(machine, {str(state): counts[key][state] for state in machine.states})
        for key, machine in MACHINES.items()
    ]
