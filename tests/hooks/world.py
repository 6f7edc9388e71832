"""A world that tells: the money world with ways of telling, on a clock set by hand, without chance."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from persistence.hooks import Hook
from service.hooks import deliveries, subscriptions
from service.hooks.addresses import Reach, parse_reach
from service.hooks.deliveries import DeliveryView, Filter
from service.hooks.in_process import Callback
from service.hooks.opening import with_hooks
from tests.money.world import World

LOOPBACK = parse_reach("loopback")


class TellingWorld(World):
    """Retries come exactly at the end of their wait: chance always says 0."""

    def __init__(
        self, database_url: str, reach: Reach = LOOPBACK, callbacks: dict[str, Callback] | None = None
    ) -> None:
        super().__init__(database_url)
        told = with_hooks(self.desk, reach, callbacks or {})
        self.desk = replace(told, outgoing=replace(told.outgoing, chance=lambda: 0.0))

    def subscribe(self, url: str, *events: str, **more: Any) -> Hook:
        told = {"url": url, **more} | ({"events": list(events)} if events else {})
        return subscriptions.add(self.desk, told).hook

    def hook(self, hook: Hook) -> Hook:
        """The hook as it stands now."""
        return subscriptions.view(self.desk, hook.id)

    def deliveries(self, hook: Hook, status: str | None = None) -> list[DeliveryView]:
        """The deliveries of a hook, oldest first."""
        return deliveries.list_deliveries(self.desk, hook.id, Filter(status), None, 1000)[::-1]

    def statuses(self, hook: Hook) -> list[str]:
        return [view.delivery.status for view in self.deliveries(hook)]

    def settle(self) -> None:
        """Do everything that is due now."""
        self.later(seconds=0)

    def after(self, wait: timedelta) -> None:
        self.later(seconds=wait.total_seconds())
