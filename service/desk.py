"""The desk: all that a use-case needs to work with, wired once at start."""

from dataclasses import dataclass, field
from datetime import timedelta

from persistence.store import Store
from service.clock import Clock
from service.providers import PROVIDERS, Provider
from workflows.lapse import REMIND_BEFORE
from workflows.step import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, what decides, the clock, and the payment providers by name."""

    store: Store
    policy: Policy
    clock: Clock
    remind_before: timedelta = REMIND_BEFORE
    providers: dict[str, Provider] = field(default_factory=lambda: dict(PROVIDERS))
