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
    "actor": "From now on you act under this name.",
}
