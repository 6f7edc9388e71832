"""What other rules would have meant for a whole cohort: every life told again, portion by portion, nothing written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from persistence import anchors, cohorts, lives
from persistence.cohorts import Cohort
from persistence.store import Connection
from service.desk import Desk
from workflows.comparing import Comparison, compared
from workflows.history import PutAwayError
from workflows.instants import instant_text
from workflows.rules import RuleBook, Rules
from workflows.step import Policy

PORTION: Final = 500


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Which rules to suppose, in force whenever anything was paid, and for whom; at most `limit` resources."""

    rules: Rules
    cohort: Cohort
    limit: int | None = None


def size(desk: Desk, inquiry: Inquiry) -> int:
    """How many resources the inquiry is about. Raises PutAwayError where not every life can be told again."""
    with desk.store.reading() as connection:
        _check_whole(connection, inquiry.cohort)
        return cohorts.count(connection, inquiry.cohort, inquiry.limit)


def comparisons(desk: Desk, inquiry: Inquiry) -> Iterator[list[Comparison]]:
    """Each member as it stands now beside how it would stand, portion by portion in the order of their ids.

    Each portion is read in a transaction of its own, so that however slowly they are taken, none is held open.
    Raises PutAwayError where not every life can be told again.
    """
    with desk.store.reading() as connection:
        _check_whole(connection, inquiry.cohort)
    now = desk.clock.now()
    other = Policy(desk.policy.catalogue, RuleBook([inquiry.rules]), chained=False)
    last, left = None, inquiry.limit
    while left is None or left > 0:
        with desk.store.reading() as connection:
            members = cohorts.portion(connection, inquiry.cohort, last, PORTION if left is None else min(PORTION, left))
            judged, others = ([one.resource.id for one in members if one.judged is which] for which in (True, False))
            told = lives.of_resources(connection, judged, others)
        if not members:
            return
        yield [compared(desk.policy, other, member.resource, told[member.resource.id], now) for member in members]
        last = members[-1].resource.id
        left = None if left is None else left - len(members)


def _check_whole(connection: Connection, cohort: Cohort) -> None:
    number = cohorts.not_whole(connection, cohort)
    since = anchors.kept_since(connection)
    if number and since is not None:
        raise PutAwayError(
            f"the lives of {number} of them cannot be told again: history recorded before {instant_text(since)} is put "
            "away; ask about what was paid from then on"
        )
