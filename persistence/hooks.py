"""Subscriptions as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from persistence.hook_tables import HookRecord
from persistence.tables import table_of

HOOK = table_of(HookRecord)


@dataclass(frozen=True, slots=True)
class Secret:
    """A signing secret, `whsec_…`; signed with until `until`, without end where that is None."""

    key: str = field(repr=False)
    until: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Hook:
    """Who wants to be told of what. `failing_since` is the first failure after the last success."""

    id: str
    url: str
    events: tuple[str, ...]
    description: str
    secrets: tuple[Secret, ...]
    enabled: bool
    disabled_reason: str | None
    failing_since: datetime | None
    created_at: datetime


def add(connection: Connection, hook: Hook) -> None:
    connection.execute(insert(HOOK).values(_to_record(hook)))


def save(connection: Connection, hook: Hook) -> None:
    """Store a hook as it stands now; it was read with `find(…, to_change=True)` in the same transaction."""
    connection.execute(update(HOOK).where(HOOK.c.id == hook.id).values(_to_record(hook)))


def remove(connection: Connection, hook_id: str) -> bool:
    """Delete a hook with all its deliveries. Returns whether it was there."""
    return connection.execute(delete(HOOK).where(HOOK.c.id == hook_id)).rowcount > 0


def find(connection: Connection, hook_id: str, *, to_change: bool = False) -> Hook | None:
    """A hook by its id; locked against every other change where it is read in order to change it."""
    query = select(HOOK).where(HOOK.c.id == hook_id)
    if to_change:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).mappings().first()
    return None if row is None else _from_record(row)


def page(connection: Connection, after_id: str | None, limit: int) -> Sequence[Hook]:
    """Hooks in the order of their ids, from the one after `after_id`."""
    query = select(HOOK).order_by(HOOK.c.id).limit(limit)
    if after_id is not None:
        query = query.where(HOOK.c.id > after_id)
    return [_from_record(row) for row in connection.execute(query).mappings()]


def enabled(connection: Connection) -> Sequence[Hook]:
    """Every hook that is to be told of something, kept from being deleted until the transaction ends."""
    query = select(HOOK).where(HOOK.c.enabled).order_by(HOOK.c.id).with_for_update(read=True, key_share=True)
    return [_from_record(row) for row in connection.execute(query).mappings()]


def _to_record(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "events": list(hook.events),
        "description": hook.description,
        "secrets": [
            {"key": secret.key, "until": None if secret.until is None else secret.until.isoformat()}
            for secret in hook.secrets
        ],
        "enabled": hook.enabled,
        "disabled_reason": hook.disabled_reason,
        "failing_since": hook.failing_since,
        "created_at": hook.created_at,
    }


def _from_record(row: Any) -> Hook:
    secrets = tuple(
        Secret(one["key"], None if one["until"] is None else datetime.fromisoformat(one["until"]))
        for one in row["secrets"]
    )
    return Hook(**{**row, "events": tuple(row["events"]), "secrets": secrets})
