"""How things are said to people: the names of states and reasons, with a tone and a sign, never a colour alone."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from markupsafe import Markup, escape

from workflows.diagrams.overlay import rough
from workflows.instants import parse_instant
from workflows.money import Money
from workflows.upshot import Kind


@dataclass(frozen=True, slots=True)
class Look:
    """A label with its tone (good, warn, bad, info, done, quiet) and its icon."""

    label: str
    tone: str
    icon: str


LOOKS: Final[Mapping[str, Mapping[str, Look]]] = {
    "availability": {
        "available": Look("Available", "good", "check"),
        "action_required": Look("Action required", "warn", "step"),
        "review_required": Look("Review required", "warn", "person"),
        "in_progress": Look("In progress", "info", "clock"),
        "refunded": Look("Refunded", "done", "back"),
        "unavailable": Look("Not refundable", "bad", "cross"),
    },
    "window": {
        "open": Look("Window open", "good", "clock"),
        "claimed": Look("Window claimed", "info", "flag"),
        "closed": Look("Window closed", "quiet", "lock"),
    },
    "state": {
        "refunding": Look("Refunding", "info", "clock"),
        "refunded": Look("Refunded", "done", "back"),
    },
    "refund": {
        "in_review": Look("In review", "warn", "person"),
        "approved": Look("Approved", "info", "check"),
        "declined": Look("Declined", "bad", "cross"),
        "processing": Look("Processing", "info", "clock"),
        "in_doubt": Look("In doubt", "warn", "question"),
        "succeeded": Look("Succeeded", "good", "check"),
        "failed": Look("Failed", "bad", "cross"),
        "reversed": Look("Reversed", "warn", "back"),
    },
    "review": {
        "override": Look("Override", "info", "flag"),
        "overdue": Look("Waits too long", "bad", "alert"),
    },
    "event": {
        "applied": Look("Applied", "good", "check"),
        "refused": Look("Refused", "bad", "cross"),
        "parked": Look("Parked", "warn", "clock"),
        "dead": Look("Dead letter", "bad", "cross"),
        "discarded": Look("Discarded", "quiet", "cross"),
        "rejected": Look("Rejected", "bad", "cross"),
    },
    "reply": {
        "paid": Look("Paid", "good", "check"),
        "pending": Look("Accepted", "info", "clock"),
        "refused": Look("Refused for good", "bad", "cross"),
        "method_gone": Look("Method gone", "warn", "cross"),
        "taken_back": Look("Taken back", "warn", "back"),
        "not_known": Look("Never paid", "warn", "question"),
        "no_reply": Look("No reply", "warn", "question"),
        "unanswered": Look("No answer yet", "warn", "clock"),
    },
    "delivery": {
        "waiting": Look("Waiting", "warn", "clock"),
        "delivered": Look("Delivered", "good", "check"),
        "dead": Look("Gave up", "bad", "cross"),
    },
    "endpoint": {
        "working": Look("Working", "good", "check"),
        "behind": Look("Gave up on some", "warn", "alert"),
        "failing": Look("Failing", "bad", "alert"),
        "disabled": Look("Disabled", "bad", "cross"),
    },
    "decision": {
        "approved": Look("Approved", "good", "check"),
        "declined": Look("Declined", "bad", "cross"),
        "override": Look("Override", "warn", "person"),
        "discarded": Look("Discarded", "quiet", "cross"),
        "switched": Look("Kill switch", "warn", "flag"),
        "bulk": Look("In bulk", "info", "step"),
    },
    "bulk": {
        "at_once": Look("At once", "good", "check"),
        "in_review": Look("Through review", "warn", "person"),
        "refused": Look("Refused", "bad", "cross"),
        "failed": Look("Failed", "bad", "alert"),
        "waiting": Look("Waiting", "quiet", "clock"),
    },
    "run": {
        "judging": Look("Being judged", "info", "clock"),
        "previewed": Look("Preview", "quiet", "question"),
        "running": Look("Running", "info", "clock"),
        "stopped": Look("Stopped", "warn", "pause"),
        "finished": Look("Finished", "good", "check"),
    },
    "version": {
        "present": Look("In force", "good", "check"),
        "later": Look("To come", "info", "clock"),
        "earlier": Look("Earlier", "quiet", "back"),
    },
    "check": {
        "holds": Look("Holds", "good", "check"),
        "asks": Look("Asks", "warn", "step"),
        "blocks": Look("Blocks", "bad", "cross"),
        "silent": Look("Not asked", "quiet", "dash"),
    },
}

KINDS: Final[Mapping[Kind, str]] = {
    Kind.REFUNDED: "refunded",
    Kind.UNDER_WAY: "on the way to be refunded",
    Kind.IN_REVIEW: "in review",
    Kind.POSSIBLE: "still refundable",
    Kind.REFUSED: "refused",
    Kind.UNAVAILABLE: "not refundable, and not asked for",
}
_INSTANT: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z", re.ASCII)


def look(key: str, of: str) -> Look:
    """How a key is shown; a key without a look of its own is shown quietly, as a phrase."""
    return LOOKS[of].get(key) or Look(plainly(key), "quiet", "dot")


def plainly(key: str) -> str:
    """A key as words: `certificate_authority` is "Certificate authority"."""
    return key.replace("_", " ").capitalize()


def kind(key: str) -> str:
    """Where a resource stands with its money, as the end of a sentence."""
    return KINDS[Kind(key)]


def phrase(event: str) -> str:
    """An event as words, without the name of the thing where another word says it: "Revocation requested"."""
    thing, _, happening = event.partition(".")
    if not happening:
        return plainly(event)
    words = plainly(f"{thing}_{happening}" if "_" not in happening else happening)
    return words.replace("Ca ", "CA ", 1)


def left(moment: datetime, now: datetime) -> str:
    """How far a moment is away: "in 5 d 3 h", "2 h 10 min ago"."""
    away = moment - now
    return f"in {rough(away)}" if away > timedelta() else f"{rough(-away)} ago"


def sentence(text: str) -> str:
    """A text as a sentence begins; names within it keep their capitals."""
    return text[:1].upper() + text[1:]


def plotted(figure: int | Money) -> float:
    """A count or an amount as a chart takes it; what is drawn need not be exact."""
    return float(figure.text) if isinstance(figure, Money) else figure


def dated(text: str) -> Markup:
    """A text whose instants are marked as such, so that they are shown in the reader's zone."""
    return Markup(_INSTANT.sub(_marked, str(escape(text))))


def _marked(found: "re.Match[str]") -> str:
    shown = parse_instant(found[0]).strftime("%Y-%m-%d %H:%M")
    return f'<time class="instant" datetime="{found[0]}" title="{found[0]}">{shown} UTC</time>'


def raw(value: Any) -> str:
    """What was stored, as JSON for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)
