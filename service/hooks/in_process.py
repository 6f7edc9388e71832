"""Telling Python callables of this very process, which installed packages offer under the entry point group below."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from threading import Thread
from typing import Any, Final

import structlog

from service.hooks.outgoing import TIMEOUT_SECONDS, Answer, Post

GROUP: Final = "refundry.hooks"
SCHEME: Final = "python"
LONGEST_ERROR: Final = 300
Callback = Callable[[dict[str, Any]], object]
log = structlog.get_logger("refundry.hooks")


class InProcess:
    """Calls Python hooks with the event (`id`, `type`, `timestamp`, `data`); an exception is a failed attempt.

    A hook is called at least once for each event, perhaps from several threads at once, in order for each resource.
    One that takes longer than the timeout counts as failed, though its thread cannot be stopped.
    """

    def __init__(self, callbacks: Mapping[str, Callback], timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._callbacks = callbacks
        self._timeout = timeout_seconds

    def send(self, posts: Sequence[Post]) -> list[Answer]:
        calls = [_Call(self._callbacks.get(post.url.partition(":")[2]), post) for post in posts]
        for call in calls:
            call.start()
        end = time.monotonic() + self._timeout
        for call in calls:
            call.join(max(0.0, end - time.monotonic()))
        return [call.answer(self._timeout) for call in calls]


class _Call(Thread):
    """One call of a hook, in a thread that does not keep the process from ending."""

    def __init__(self, callback: Callback | None, post: Post) -> None:
        super().__init__(name=f"refundry-{post.url}", daemon=True)
        self._callback = callback
        self._post = post
        self._began = time.monotonic()
        self._said: Answer | None = None

    def run(self) -> None:
        try:
            if self._callback is None:
                raise LookupError(f"no hook of this name is installed here, in the entry point group {GROUP}")
            self._callback({"id": self._post.webhook_id, **json.loads(self._post.body)})
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
            self._said = Answer(None, self._elapsed_ms(), error=told)
        else:
            self._said = Answer(200, self._elapsed_ms())

    def answer(self, timeout_seconds: float) -> Answer:
        """What came of it so far."""
        late = f"it has not returned within {timeout_seconds:g} s"
        return self._said or Answer(None, self._elapsed_ms(), error=late)

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._began) * 1000)


def installed_callbacks() -> dict[str, Callback]:
    """The hooks that installed packages offer, by name. One that cannot be loaded is logged, and fails when told."""
    found: dict[str, Callback] = {}
    for entry in entry_points(group=GROUP):
        try:
            found[entry.name] = entry.load()
        except Exception as error:
            found[entry.name] = _broken(f"{entry.value} cannot be loaded: {type(error).__name__}: {error}")
            log.exception("hook_cannot_be_loaded", hook=entry.name)
    return found


def _broken(why: str) -> Callback:
    def fail(_event: dict[str, Any]) -> None:
        raise LookupError(why)

    return fail
