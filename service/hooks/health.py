"""How every subscription does, in one look, and what each was last answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from persistence import deliveries, hook_health, hooks
from persistence.deliveries import Attempt
from persistence.hook_health import Health
from persistence.hooks import Hook
from persistence.store import Connection
from service.desk import Desk
from service.hooks.deliveries import DeliveryView
from service.questions import NotFoundError

MOST_HOOKS: Final = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A hook and how it does. `refused` is its last failure, where something waits or was given up because of one.

    `dead` are the newest of its deliveries that were given up.
    """

    hook: Hook
    health: Health
    refused: Attempt | None
    dead: Sequence[DeliveryView]

    @property
    def state(self) -> str:
        """`disabled`, `failing` since its last success, `behind` with deliveries given up, or `working`."""
        if not self.hook.enabled:
            return "disabled"
        if self.hook.failing_since is not None:
            return "failing"
        return "behind" if self.health.dead else "working"


def endpoints(desk: Desk, shown: int) -> list[Endpoint]:
    """Every hook with how it does, and so many of its deliveries that were given up; those in trouble come first."""
    with desk.store.reading() as connection:
        found = [_endpoint(connection, hook, shown) for hook in hooks.page(connection, None, MOST_HOOKS)]
    trouble = ("failing", "disabled", "behind", "working")
    return sorted(found, key=lambda one: (trouble.index(one.state), one.hook.created_at, one.hook.id))


def endpoint(desk: Desk, hook_id: str) -> Endpoint:
    """A hook with how it does. Raises NotFoundError."""
    with desk.store.reading() as connection:
        hook = hooks.find(connection, hook_id)
        if hook is None:
            raise NotFoundError(f"there is no hook {hook_id[:80]!r}")
        return _endpoint(connection, hook, 1)


def _endpoint(connection: Connection, hook: Hook, shown: int) -> Endpoint:
    dead = hook_health.dead(connection, hook.id, shown)
    coming = hook_health.next_one(connection, hook.id)
    made = deliveries.attempts_of(connection, [one.id for one in (*dead, *([coming] if coming else []))])
    failures = [one for tries in made.values() for one in tries if one.status is None or not 200 <= one.status < 300]
    last = max(failures, key=lambda one: one.started_at, default=None)
    views = [DeliveryView(one, made[one.id]) for one in dead]
    return Endpoint(hook, hook_health.health(connection, hook.id), last, views)
