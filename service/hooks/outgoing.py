"""The port to those who are told: what is handed to a way of telling, and what comes back."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from service.hooks.addresses import Reach

#: How long one call may take, from looking up the name to the last byte that is waited for.
TIMEOUT_SECONDS: Final = 15.0
#: How much of an answer is kept, in bytes.
KEPT_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Post:
    """One call: where to, the bytes of the event, and the id and secrets it is signed with as of `at`."""

    url: str
    webhook_id: str
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call. Without a status there was no answer, and `error` says why.

    `retry_after` is the header of that name, word for word.
    """

    status: int | None
    duration_ms: int
    body: bytes = b""
    error: str | None = None
    retry_after: str | None = None

    @property
    def success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender(Protocol):
    """A way of telling."""

    def send(self, posts: Sequence[Post]) -> list[Answer]:
        """Make these calls side by side, each within TIMEOUT_SECONDS. Never raises: what goes wrong is an Answer."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Every way of telling there is here, by the scheme of a hook's URL; `chance` (0 to 1) spreads retries."""

    senders: Mapping[str, Sender] = field(default_factory=dict)
    reach: Reach = field(default_factory=Reach)
    chance: Callable[[], float] = random.random

    def send(self, posts: Sequence[Post]) -> list[Answer]:
        """Make these calls, each by the way its URL names. The answers are in the order of the calls."""
        answers: dict[int, Answer] = {}
        for scheme in dict.fromkeys(_scheme(post.url) for post in posts):
            mine = [place for place, post in enumerate(posts) if _scheme(post.url) == scheme]
            sender = self.senders.get(scheme)
            if sender is None:
                found = [Answer(None, 0, error=f"there is no way to tell {scheme}: URLs here") for _ in mine]
            else:
                found = sender.send([posts[place] for place in mine])
            answers.update(zip(mine, found, strict=True))
        return [answers[place] for place in range(len(posts))]


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()
