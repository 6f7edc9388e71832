"""Named points between two steps of a refund, at which a test may have the process killed.

In service they do nothing. `REFUNDRY_CRASH_AT=name` or `name:2` kills the process, without any cleaning up, when it
passes that point for the first or the second time.
"""

import os
import signal
from collections import Counter
from typing import Final

#: Every point between two calls of the database or a provider on a refund's way, in its order.
POINTS: Final = ("asked", "claimed", "attempt_stored", "provider_answered", "answer_stored")
_passed: Counter[str] = Counter()


def point(name: str) -> None:
    """Pass a point; the process ends here where the environment says so."""
    wanted = os.environ.get("REFUNDRY_CRASH_AT")
    if wanted is None:
        return
    _passed[name] += 1
    at, _, times = wanted.partition(":")
    if at == name and _passed[name] == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
