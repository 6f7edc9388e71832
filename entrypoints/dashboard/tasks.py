"""What needs a person, as it is said to people: how many, what of, since when, and where it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from entrypoints.dashboard.addresses import address
from service.needs import DOUBT_AFTER, LATELY, PARKED_AFTER, PAYOUT_AFTER, SOON, Needs
from workflows.diagrams.overlay import rough
from workflows.money import Money

HOURS_SOON: Final = f"{SOON.days * 24} hours"
FAILED_HOOKS: Final = address("hooks", {"status": "failed"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of task in words. `one` and `many` follow its number; `quiet` is said where there is none.

    `first` introduces the instant of the first, or of what comes next; `of` what all of them are, where only those
    that have waited for long are a task; `link` is where it is done, and `does` the word for that.
    """

    key: str
    tone: str
    icon: str
    one: str
    many: str
    quiet: str
    about: str
    first: str
    link: str
    does: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """How many of a kind there are now, and what belongs to them; `all` counts those that are no task yet, too."""

    kind: Kind
    number: int
    first: datetime | None
    all: int = 0
    amounts: Sequence[Money] = ()

    @property
    def says(self) -> str:
        return self.kind.one if self.number == 1 else self.kind.many


def tasks(found: Needs) -> list[Task]:
    """Every kind of task, those with money in them first, also those of which there is none."""
    hooks, closing = found.hooks, found.closing
    at_stake = [Money(currency, minor) for currency, minor in sorted(closing.minor.items()) if minor]
    not_taking = hooks.failing + hooks.disabled
    return [
        Task(DOUBTS, found.doubts.long, found.doubts.first, found.doubts.number),
        Task(PAYOUTS, found.payouts.long, found.payouts.first, found.payouts.number),
        Task(REVIEWS, found.reviews.number, found.reviews.first),
        Task(CLOSING, closing.number, closing.first, amounts=at_stake),
        Task(DEAD, found.dead.number, found.dead.first),
        Task(PARKED, found.parked.long, found.parked.first, found.parked.number),
        Task(HOOKS, not_taking, hooks.failing_since, hooks.working + not_taking),
        Task(GIVEN_UP, found.given_up.number, found.given_up.first),
    ]


DOUBTS: Final = Kind(
    key="doubts",
    tone="bad",
    icon="question",
    one=f"refund has been in doubt for more than {rough(DOUBT_AFTER)}",
    many=f"refunds have been in doubt for more than {rough(DOUBT_AFTER)}",
    quiet=f"no refund in doubt for more than {rough(DOUBT_AFTER)}",
    about="Nobody knows whether it was paid. Look it up at the provider; never pay it by hand before that.",
    first="The first was sent",
    link=address("refunds", {"status": "in_doubt"}),
    does="Look them up",
    of="in doubt in all",
)
PAYOUTS: Final = Kind(
    key="payouts",
    tone="bad",
    icon="back",
    one=f"payout has been due for more than {rough(PAYOUT_AFTER)} and is not sent",
    many=f"payouts have been due for more than {rough(PAYOUT_AFTER)} and are not sent",
    quiet=f"no payout due for more than {rough(PAYOUT_AFTER)}",
    about="Customers wait for money. See whether the scheduler runs and the provider answers.",
    first="The first fell due",
    link=address("refunds", {"status": "processing"}),
    does="See which",
    of="to be sent in all",
)
REVIEWS: Final = Kind(
    key="reviews",
    tone="warn",
    icon="person",
    one="refund waits for a decision",
    many="refunds wait for a decision",
    quiet="no refund to decide on",
    about="Customers wait for the word of a second person.",
    first="The first was asked for",
    link="reviews",
    does="Decide",
)
CLOSING: Final = Kind(
    key="closing",
    tone="warn",
    icon="clock",
    one=f"window closes within {HOURS_SOON} with a step missing",
    many=f"windows close within {HOURS_SOON} with a step missing",
    quiet=f"no window closing within {HOURS_SOON} with a step missing",
    about="Nothing is paid back where the step is not taken in time.",
    first="The first closes",
    link=address("resources", {"availability": "action_required", "closing_before": "24h", "sort": "deadline"}),
    does="See which",
)
DEAD: Final = Kind(
    key="dead",
    tone="warn",
    icon="alert",
    one="event fitted nowhere for a day",
    many="events fitted nowhere for a day",
    quiet="no dead letter",
    about="Dead letters. Refunds of their resources wait for review until each is retried or discarded.",
    first="The first came",
    link=address("events", {"kind": "dead"}),
    does="Retry or discard",
)
PARKED: Final = Kind(
    key="parked",
    tone="warn",
    icon="pause",
    one=f"event has been parked for more than {rough(PARKED_AFTER)}",
    many=f"events have been parked for more than {rough(PARKED_AFTER)}",
    quiet=f"no event parked for more than {rough(PARKED_AFTER)}",
    about="What comes before it has not been told. A day after its arrival it becomes a dead letter.",
    first="The first came",
    link=address("events", {"kind": "parked"}),
    does="See which",
    of="parked in all",
)
HOOKS: Final = Kind(
    key="hooks",
    tone="warn",
    icon="cross",
    one="subscriber takes nothing",
    many="subscribers take nothing",
    quiet="no subscriber failing",
    about="It fails or is switched off. What it misses is kept for it.",
    first="Failing since",
    link=FAILED_HOOKS,
    does="See why",
    of="in all",
)
GIVEN_UP: Final = Kind(
    key="given_up",
    tone="warn",
    icon="dash",
    one="word to a subscriber was given up",
    many="words to subscribers were given up",
    quiet="no word to a subscriber given up",
    about=f"Within the last {LATELY.days} days, after every try. Wishes that a step be taken are such words.",
    first="The first was given up",
    link=FAILED_HOOKS,
    does="Send again",
)
