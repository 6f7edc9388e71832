"""The desk: all that a use-case needs to work with, wired once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from persistence.store import Store
from service.clock import Clock
from service.provider import Provider
from service.waits import Waits
from workflows.lapse import REMIND_BEFORE
from workflows.step import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, what decides, the clock, and the payment providers by name."""

    store: Store
    policy: Policy
    clock: Clock
    providers: Mapping[str, Provider] = field(default_factory=dict)
    remind_before: timedelta = REMIND_BEFORE
    waits: Waits = field(default_factory=Waits)
