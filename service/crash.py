"""Named points between two steps of a refund, at which a test may end the process.

In service they do nothing. `REFUNDRY_CRASH_AT` names one, and the process ends there as if it had been killed.
"""

import os
from typing import Final

POINTS: Final = ("claimed", "attempt_stored", "provider_answered", "answer_stored")


def point(name: str) -> None:
    """Pass a point; end the process without cleaning up where the environment says so."""
    if os.environ.get("REFUNDRY_CRASH_AT") == name:
        os._exit(137)
