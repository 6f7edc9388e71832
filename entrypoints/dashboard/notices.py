"""What is said, in passing, of an action that was done: by the key that the page's address carries after it."""

from typing import Final

NOTICES: Final = {
    "asked": "The refund was asked for.",
    "asked-before": "This refund was asked for before; nothing was done again.",
    "wished": "The responsible system is being told. Its word will appear in the timeline.",
    "wished-before": "This step was asked for before; nothing was done again.",
    "override": "The override waits for a second account manager.",
    "stopped": "The kill switch is on: no money goes out there.",
    "released": "The kill switch is off. What was held goes out now.",
    "retried-all": "It was tried again, and taken in.",
    "retried-some": "They were tried again. Some were taken in; the others do not fit yet.",
    "retried-none": "It was tried again, and does not fit yet. It stays as it was.",
    "retried-before": "This was tried again before; nothing was done twice.",
    "discarded": "It was discarded. Who did so and why stays with it.",
    "discarded-before": "This was discarded before; nothing was done twice.",
    "resent": "It is told again at once, under the same id.",
    "resent-all": "What failed is told again at once, each under the same id.",
    "resent-before": "This was sent again before; nothing was done twice.",
    "hook-enabled": "The endpoint is enabled, and told what has been waiting for it.",
    "hook-disabled": "The endpoint is disabled. What waits for it is kept.",
    "hook-before": "This was switched before; nothing was done twice.",
    "added-before": "This endpoint was added before. Its secret was shown then; a lost one is replaced by a new one.",
    "rotated-before": "It has its new secret already; that was shown once.",
    "actor": "From now on you act under this name.",
}
