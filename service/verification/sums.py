"""The sums' part of `verify`: every running sum held against a recount of all resources and their histories.

Sums and resources are read on one snapshot, so the service may go on meanwhile. Of months that were put away, only what
stands is counted anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from persistence import anchors, history, resources, tallies
from persistence.store import Connection
from persistence.tallies import OVER, Differences, Kind, Place, Sums, settled
from service.counted import differences
from service.desk import Desk
from workflows.instants import instant_text

PORTION: Final = 500
NOTHING: Final = Sums()
#: What counts how things stand, and not what happened when.
STANDING: Final = (Kind.RESOURCES, Kind.REFUNDS)
#: What a sum counts, in words; the place of its state, status or reason is filled in.
COUNTED: Final = {
    Kind.RESOURCES: "resources in state {}",
    Kind.REFUNDS: "refunds with status {}",
    Kind.REFUND_MOVES: "refunds that came to {}",
    Kind.REFUSALS: "refusals for {}",
    Kind.MOVES: "changes told as {}",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A running sum that is not what counting anew amounts to."""

    place: Place
    recounted: Sums
    found: Sums

    @property
    def what(self) -> str:
        """What is counted there, in words."""
        place = self.place
        told = [COUNTED[Kind(place.kind)].format(place.state), f"of {place.product}"]
        told += [f"in {place.currency}"] if place.currency else []
        if place.kind == Kind.RESOURCES:
            told.append("claimed" if place.claimed else "closed for good" if place.hour == OVER else "unclaimed")
            told += [f"{place.before_deadline} before their deadline"] if place.before_deadline else []
            told.append(f"{place.from_deadline} from it on")
        if place.hour != OVER:
            told.append(f"{'by' if place.kind == Kind.RESOURCES else 'from'} {instant_text(place.hour)}")
        return ", ".join(told)

    @property
    def differing(self) -> list[tuple[str, int, int]]:
        """Of each figure that differs: its name, as it was counted anew, and as it is kept."""
        each = zip(Sums._fields, self.recounted, self.found, strict=True)
        return [(name, right, kept) for name, right, kept in each if right != kept]


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many sums were held against a recount as of `at`, and those that are wrong."""

    at: datetime
    sums: int
    wrong: list[Wrong]


def check_sums(desk: Desk, advance: Callable[[int], object] = lambda _count: None) -> Recounted:
    """Count everything anew; nothing is written. `advance` is called with the number of resources just counted."""
    at = desk.clock.now()
    with desk.store.reading() as connection:
        since = anchors.kept_since(connection)
        kept = _since(since, _as_of(at, tallies.read(connection, *Kind)))
        counted = _since(since, _counted_anew(connection, at, advance))
    places = sorted(kept.keys() | counted.keys())
    held = ((place, counted.get(place, NOTHING), kept.get(place, NOTHING)) for place in places)
    return Recounted(at, len(places), [Wrong(*one) for one in held if one[1] != one[2]])


def _since(moment: datetime | None, sums: dict[Place, Sums]) -> dict[Place, Sums]:
    """Without what happened earlier: its rows were put away, so that nobody can count them anew."""
    return {
        place: one for place, one in sums.items() if moment is None or place.kind in STANDING or place.hour >= moment
    }


def _counted_anew(connection: Connection, at: datetime, advance: Callable[[int], object]) -> dict[Place, Sums]:
    found = Differences()
    after: str | None = None
    while ids := resources.ids_after(connection, after, PORTION):
        after = ids[-1]
        stored = resources.load_stored(connection, ids).values()
        rows = [row for some in history.of_resources(connection, ids).values() for row in some]
        for place, sums in differences({}, stored, rows):
            found.add(settled(place, at), sums)
        advance(len(ids))
    return dict(found)


def _as_of(at: datetime, sums: Iterable[tuple[Place, Sums]]) -> dict[Place, Sums]:
    """Sums under the places where they are kept by then, folded or not."""
    found = Differences()
    for place, one in sums:
        found.add(settled(place, at), one)
    return dict(found)
