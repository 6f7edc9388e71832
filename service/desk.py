"""The desk: all that a use-case needs to work with, wired once at start."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from persistence.locks import lock_subjects
from persistence.store import Connection, Store
from service.clock import Clock
from service.hooks.outgoing import Outgoing
from service.provider import Provider
from service.waits import Waits
from workflows.lapse import REMIND_BEFORE
from workflows.step import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, what decides, the clock, the providers by name; `lock` keeps two transactions off one subject."""

    store: Store
    policy: Policy
    clock: Clock
    providers: Mapping[str, Provider] = field(default_factory=dict)
    remind_before: timedelta = REMIND_BEFORE
    waits: Waits = field(default_factory=Waits)
    outgoing: Outgoing = field(default_factory=Outgoing)
    account_managers: frozenset[str] = frozenset()
    lock: Callable[[Connection, Iterable[str]], None] = lock_subjects
