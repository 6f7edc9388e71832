"""When a delivery is tried again, and when it or its hook is given up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from service.hooks.outgoing import Answer

#: The waits after each failed try; a delivery that fails once more after the last of them is dead.
WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
MOST_TRIES: Final = len(WAITS) + 1
#: Retries come up to this much of their wait earlier, so that what failed together is not retried together.
JITTER: Final = 0.1
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
#: A hook at which nothing has succeeded for so long, though it was tried, is disabled.
PATIENCE: Final = timedelta(days=5)
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from one answer: when the delivery is tried again, None if it is over; why its hook is disabled.

    A delivery whose hook is disabled waits for it to be enabled again.
    """

    retry_at: datetime | None
    disabled_reason: str | None = None


def verdict(
    answer: Answer, tries: int, failing_since: datetime | None, now: datetime, chance: Callable[[], float]
) -> Verdict:
    """What follows from an answer to try number `tries`. `failing_since`: the first failure since the last success."""
    if answer.success:
        return Verdict(None)
    retry_at = None if tries >= MOST_TRIES else now + _wait(answer, tries, now, chance)
    if answer.status == GONE:
        return Verdict(now, f"its receiver answered {GONE} Gone")
    if failing_since is not None and now - failing_since >= PATIENCE:
        return Verdict(retry_at, f"no delivery has succeeded for {PATIENCE.days} days")
    return Verdict(retry_at)


def _wait(answer: Answer, tries: int, now: datetime, chance: Callable[[], float]) -> timedelta:
    """The schedule's wait; the receiver's own wish where that is longer."""
    scheduled = WAITS[tries - 1] * (1 - JITTER * chance())
    return max(scheduled, min(retry_after(answer.retry_after, now), LONGEST_RETRY_AFTER))


def retry_after(told: str | None, now: datetime) -> timedelta:
    """How long a Retry-After header asks to wait: seconds, or until an HTTP date; nothing where it cannot be read."""
    word = (told or "").strip()
    if word.isascii() and word.isdigit():
        return timedelta(seconds=min(int(word[:10]), int(LONGEST_RETRY_AFTER.total_seconds())))
    try:
        moment = parsedate_to_datetime(word)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
