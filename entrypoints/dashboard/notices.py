"""What is said, in passing, of an action that was done: by the key that the page's address carries after it."""

from typing import Final

NOTICES: Final = {
    "asked": "The refund was asked for.",
    "asked-before": "This refund was asked for before; nothing was done again.",
    "wished": "The responsible system is being told. Its word will appear in the timeline.",
    "wished-before": "This step was asked for before; nothing was done again.",
    "override": "The override waits for a second account manager.",
    "approved": "Approved. This is the next one that waits.",
    "approved-last": "Approved. Nothing else waits for you.",
    "declined": "Declined. This is the next one that waits.",
    "declined-last": "Declined. Nothing else waits for you.",
    "decided-before": "You had decided on that one before; nothing was done again. This is the next one.",
    "decided-before-last": "You had decided on that one before; nothing was done again.",
    "hastened": "It is taken up at once, under its own key.",
    "actor": "From now on you act under this name.",
}
