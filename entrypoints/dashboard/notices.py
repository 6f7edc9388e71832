"""What is said, in passing, of an action that was done: by the key that the page's address carries after it."""

from typing import Final

NOTICES: Final = {
    "asked": "The refund was asked for.",
    "asked-before": "This refund was asked for before; nothing was done again.",
    "wished": "The responsible system is being told. Its word will appear in the timeline.",
    "wished-before": "This step was asked for before; nothing was done again.",
    "override": "The override waits for a second account manager.",
    "noted": "The note is kept.",
    "noted-before": "This note was written before; nothing was done again.",
    "view-saved": "The view is saved; everybody here finds it above the list.",
    "view-forgotten": "The view is forgotten.",
    "bulk-started": "The refunds are being asked for.",
    "bulk-stopped": "Nothing more is asked for until somebody goes on with it.",
    "bulk-on": "It goes on where it stopped.",
    "actor": "From now on you act under this name.",
}
