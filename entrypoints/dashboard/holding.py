"""Kill switches as people are told of them: what each holds back."""

from collections.abc import Sequence
from dataclasses import dataclass

from persistence.switches import Turning
from service import switches
from service.desk import Desk


@dataclass(frozen=True, slots=True)
class Switch:
    """A kill switch and what it holds back; `turning` is how it was turned to stop, None where money goes out.

    `known`: it can be turned here. One of a provider that is not configured any more cannot.
    """

    kind: str
    key: str
    holds: str
    turning: Turning | None
    known: bool = True

    @property
    def name(self) -> str:
        """As forms and the command line name it."""
        return f"{self.kind} {self.key}"


def stopped(desk: Desk) -> list[Switch]:
    """Those that are on."""
    known = switches.keys(desk)
    return [_switch(desk, one, one.key in known[one.kind]) for one in switches.stopped(desk)]


def going(desk: Desk, on: Sequence[Switch]) -> list[Switch]:
    """Those that are off and can be turned on."""
    taken = {one.name for one in on}
    every = [
        Switch(kind, key, holds(desk, kind, key), None) for kind, keys in switches.keys(desk).items() for key in keys
    ]
    return [one for one in every if one.name not in taken]


def holds(desk: Desk, kind: str, key: str) -> str:
    """What a switch holds back, as a sentence begins: "payouts through stripe"."""
    if kind == "provider":
        return f"payouts through {key}"
    titles = {product.key: product.title for product in desk.policy.catalogue}
    return f"payouts for {titles.get(key, key)}"


def _switch(desk: Desk, one: Turning, known: bool) -> Switch:
    return Switch(one.kind, one.key, holds(desk, one.kind, one.key), one, known)
