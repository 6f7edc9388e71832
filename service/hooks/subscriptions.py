"""Hooks as their owners see them: asked for, changed, given new secrets, and taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final
from uuid import uuid4

import httpx2 as httpx

from persistence import hooks
from persistence.hooks import Hook, Secret
from persistence.store import Connection
from service.catalogue_of_events import types_told
from service.desk import Desk
from service.hooks.in_process import SCHEME
from service.hooks.patterns import EVERYTHING, BadPatternError, read_patterns
from service.hooks.signing import new_secret
from service.questions import NotFoundError
from workflows.events import unstorable

#: How long the secret before is signed with beside a new one.
OVERLAP: Final = timedelta(hours=24)
LONGEST_URL: Final = 2000
LONGEST_DESCRIPTION: Final = 1000
MOST_SECRETS: Final = 10
MEMBERS: Final = ("url", "events", "description", "enabled")
OFF_BY_HAND: Final = "it was switched off"


class BadHookError(ValueError):
    """What is asked of a hook cannot be; the message says what would be right."""


class HookConflictError(ValueError):
    """What is asked of a hook or a delivery does not fit how it stands; the message says what does."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hook with the one secret that is shown now and never again."""

    hook: Hook
    secret: str


def add(desk: Desk, told: Mapping[str, Any]) -> Shown:
    """Subscribe. `told` holds `url`, and may hold `events`, `description` and `enabled`. Raises BadHookError."""
    with desk.store.writing() as connection:
        return add_within(desk, connection, told)


def add_within(desk: Desk, connection: Connection, told: Mapping[str, Any]) -> Shown:
    """The same within a transaction."""
    if told.get("url") is None:
        raise BadHookError("url is missing: where to tell, such as https://example.com/hooks")
    secret = new_secret()
    blank = Hook(
        id=f"hk_{uuid4().hex}",
        url="",
        events=(EVERYTHING,),
        description="",
        secrets=(Secret(secret),),
        enabled=True,
        disabled_reason=None,
        failing_since=None,
        created_at=desk.clock.now(),
    )
    hook = _with(desk, blank, told)
    hooks.add(connection, hook)
    return Shown(hook, secret)


def change(desk: Desk, hook_id: str, told: Mapping[str, Any]) -> Hook:
    """Change what `told` names. Enabled again, a hook is patient anew, and is told what waits for it.

    Raises NotFoundError, BadHookError.
    """
    with desk.store.writing() as connection:
        return change_within(desk, connection, hook_id, told)


def change_within(desk: Desk, connection: Connection, hook_id: str, told: Mapping[str, Any]) -> Hook:
    """The same within a transaction."""
    hook = _found(hooks.find(connection, hook_id, to_change=True), hook_id)
    if "url" in told and is_in_process(hook) and told["url"] != hook.url:
        raise BadHookError(f"{hook.url} is a Python hook of an installed package; it has no other URL")
    changed = _with(desk, hook, told)
    hooks.save(connection, changed)
    return changed


def remove(desk: Desk, hook_id: str) -> None:
    """Unsubscribe: its deliveries go with it. Raises NotFoundError, HookConflictError."""
    with desk.store.writing() as connection:
        hook = _found(hooks.find(connection, hook_id, to_change=True), hook_id)
        if is_in_process(hook):
            raise HookConflictError(f"{hook.url} comes back with its package; disable it, or uninstall the package")
        hooks.remove(connection, hook_id)


def rotate(desk: Desk, hook_id: str) -> Shown:
    """Give a hook a new secret; for 24 hours the one before is signed with too.

    Raises NotFoundError, HookConflictError.
    """
    with desk.store.writing() as connection:
        return rotate_within(desk, connection, hook_id)


def rotate_within(desk: Desk, connection: Connection, hook_id: str) -> Shown:
    """The same within a transaction."""
    secret, now = new_secret(), desk.clock.now()
    hook = _found(hooks.find(connection, hook_id, to_change=True), hook_id)
    if is_in_process(hook):
        raise HookConflictError(f"{hook.url} is told within this process, without a signature")
    kept = [Secret(one.key, one.until or now + OVERLAP) for one in hook.secrets if one.holds_at(now)]
    if len(kept) >= MOST_SECRETS:
        raise HookConflictError(f"{MOST_SECRETS} secrets of this hook are signed with; wait until the oldest ends")
    hook = replace(hook, secrets=(Secret(secret), *kept))
    hooks.save(connection, hook)
    return Shown(hook, secret)


def view(desk: Desk, hook_id: str) -> Hook:
    """A hook by its id. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _found(hooks.find(connection, hook_id), hook_id)


def list_hooks(desk: Desk, after_id: str | None, limit: int) -> Sequence[Hook]:
    """A page of hooks in the order of their ids."""
    with desk.store.reading() as connection:
        return hooks.page(connection, after_id, limit)


def register(desk: Desk, names: Sequence[str]) -> None:
    """Subscribe the Python hooks of these names that are not yet, each to every event."""
    if not names:
        return
    with desk.store.writing() as connection:
        for name in sorted(names):
            desk.lock(connection, [f"{SCHEME}:{name}"])
            if hooks.find(connection, f"py_{name}") is None:
                what = f"the Python hook {name} of an installed package"
                made = Hook(
                    f"py_{name}", f"{SCHEME}:{name}", (EVERYTHING,), what, (), True, None, None, desk.clock.now()
                )
                hooks.add(connection, made)


def is_in_process(hook: Hook) -> bool:
    """Whether it is a Python hook of this process, not one that is told by HTTP."""
    return hook.url.startswith(f"{SCHEME}:")


def _found(hook: Hook | None, hook_id: str) -> Hook:
    if hook is None:
        raise NotFoundError(f"there is no hook {hook_id[:80]!r}")
    return hook


def _with(desk: Desk, hook: Hook, told: Mapping[str, Any]) -> Hook:
    unknown = sorted(set(told) - set(MEMBERS))
    if unknown:
        raise BadHookError(f"a hook has no {', '.join(unknown)[:80]}; it has {', '.join(MEMBERS)}")
    if "url" in told and not is_in_process(hook):
        hook = replace(hook, url=_url(desk, told["url"]))
    if told.get("events") is not None:
        hook = replace(hook, events=_events(desk, told["events"]))
    if "description" in told:
        hook = replace(hook, description=_description(told["description"]))
    if "enabled" in told:
        hook = _switched(hook, told["enabled"])
    return hook


def _switched(hook: Hook, told: Any) -> Hook:
    if not isinstance(told, bool):
        raise BadHookError("enabled must be true or false")
    if told == hook.enabled:
        return hook
    return replace(hook, enabled=told, disabled_reason=None if told else OFF_BY_HAND, failing_since=None)


def _events(desk: Desk, told: Any) -> tuple[str, ...]:
    try:
        return read_patterns(told, types_told(desk.policy.catalogue))
    except BadPatternError as error:
        raise BadHookError(str(error)) from None


def _description(told: Any) -> str:
    text = "" if told is None else told
    if not isinstance(text, str) or len(text) > LONGEST_DESCRIPTION or unstorable(text):
        raise BadHookError(f"description must be a text of at most {LONGEST_DESCRIPTION} characters")
    return text


def _url(desk: Desk, told: Any) -> str:
    """A URL that can be told, read as it will be when it is; an address that is refused then is refused now."""
    wrong = BadHookError(f"url must be an http:// or https:// URL of at most {LONGEST_URL} characters, with a host")
    if (
        not isinstance(told, str)
        or len(told) > LONGEST_URL
        or unstorable(told)
        or not told.isprintable()
        or " " in told
    ):
        raise wrong
    try:
        url = httpx.URL(told)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        raise wrong from None
    if url.scheme not in ("http", "https") or not host or not 1 <= (80 if url.port is None else url.port) <= 65535:
        raise wrong
    if url.userinfo or url.fragment:
        raise BadHookError("url must not hold a name, a password or a fragment; receivers know us by the signature")
    _check_address(desk, host)
    return told


def _check_address(desk: Desk, host: str) -> None:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return  # a name; what it stands for is looked at on each delivery
    try:
        desk.outgoing.reach.check(host)
    except OSError as error:
        raise BadHookError(f"url: {error}") from None
