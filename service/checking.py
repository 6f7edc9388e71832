"""The verdict on a catalogue before it is loaded: whom it strands, which recorded moves it has no arc for, and which
lives would have ended otherwise under it. Nothing is written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from persistence import definitions, listing, lives, population
from persistence.definitions import Version as Version
from persistence.listing import Filter
from persistence.population import Moved
from persistence.store import Connection
from service.desk import Desk
from service.judging import Judged, Judging
from workflows.catalogue import Catalogue
from workflows.definition import Defined
from workflows.differences import differences
from workflows.instants import instant_text
from workflows.migrating import Stand, Stranding, stranded
from workflows.refund_machine import REFUND
from workflows.step import Policy
from workflows.verdict import has_arc, without_way_on
from workflows.window_machine import WINDOW

PORTION: Final = 200
EXAMPLES: Final = 3
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """A machine whose definition is not the one that the database saw last; without `after` it is gone."""

    machine: str
    before: str | None
    after: str | None
    differences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        hashes = {"machine": self.machine, "before": self.before, "after": self.after}
        return hashes | {"differences": list(self.differences)}


@dataclass(frozen=True, slots=True)
class Illegal:
    """A recorded move for which the new definition has no arc, and some of the resources that made it."""

    move: Moved
    examples: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        move = self.move
        place = {"product": move.product, "event": move.event, "from": move.source, "to": move.target}
        return place | {"count": move.count, "examples": list(self.examples)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a catalogue makes of everything in the database."""

    as_of: datetime
    lives: int
    changed: tuple[Changed, ...]
    strandings: tuple[Stranding, ...]
    illegal: tuple[Illegal, ...]
    judged: Judged

    @property
    def touched(self) -> bool:
        """Whether anybody is."""
        return bool(self.strandings or self.illegal or self.judged.otherwise or self.judged.broken)

    def to_json(self) -> dict[str, Any]:
        return {
            "as_of": instant_text(self.as_of),
            "lives": self.lives,
            "touched": self.touched,
            "definitions": [one.to_json() for one in self.changed],
            "stranded": [one.to_json() for one in self.strandings],
            "illegal": [one.to_json() for one in self.illegal],
            **self.judged.to_json(),
        }


def versions(desk: Desk) -> list[Version]:
    """Every version of a definition that was loaded here, by machine, the oldest first."""
    with desk.store.reading() as connection:
        return definitions.versions(connection)


def population_of(desk: Desk) -> int:
    """How many resources there are."""
    with desk.store.reading() as connection:
        return sum(stand.count for stand in population.standing(connection))


def check(desk: Desk, catalogue: Catalogue, advance: Advance = lambda _count: None) -> Verdict:
    """The verdict on a catalogue, as of now; `advance` is told how many more lives were told again.

    The desk's own policy says what a refund would come to without the change.
    """
    now = desk.clock.now()
    with desk.store.reading() as connection:
        changed = tuple(_changed(connection, catalogue))
        strandings = _strandings(connection, catalogue)
        illegal = tuple(_illegal(connection, catalogue))
    judging = Judging(desk.policy, Policy(catalogue, desk.policy.rulebook), now)
    for count in _tell_all(desk, judging):
        advance(count)
    judged = judging.judged()
    return Verdict(now, judging.lives, changed, (*strandings, *judged.strandings), illegal, judged)


def _changed(connection: Connection, catalogue: Catalogue) -> Iterator[Changed]:
    machines: tuple[Defined, ...] = (*catalogue, REFUND, WINDOW)
    kept = definitions.newest(connection)
    for machine in machines:
        before, content = kept.get(machine.key, (None, None))
        if content is None:
            yield Changed(machine.key, None, machine.definition_hash, ("it is new here",))
        elif before != machine.definition_hash:
            yield Changed(machine.key, before, machine.definition_hash, differences(content, machine.content))
    for key in sorted(kept.keys() - {machine.key for machine in machines}):
        yield Changed(key, kept[key][0], None, ("it is gone",))


def _strandings(connection: Connection, catalogue: Catalogue) -> list[Stranding]:
    stands, kept = population.standing(connection), definitions.newest(connection)
    found = list(stranded(catalogue, chain(stands, population.refunds_under_way(connection))))
    for product in catalogue:
        if product.key in kept:
            of_product: list[Stand] = [stand for stand in stands if stand.product == product.key]
            found += without_way_on(kept[product.key][1], product, of_product)
    return found


def _illegal(connection: Connection, catalogue: Catalogue) -> Iterator[Illegal]:
    for move in population.moves(connection):
        known = move.product in catalogue
        if known and not has_arc(catalogue.product(move.product), (move.event, move.source, move.target)):
            yield Illegal(move, population.movers(connection, move, EXAMPLES))


def _tell_all(desk: Desk, judging: Judging) -> Iterator[int]:
    """Judge everybody, a portion a transaction; yields how many each portion had."""
    after: str | None = None
    while True:
        with desk.store.reading() as connection:
            listed = listing.page(connection, Filter(at=judging.at), after, PORTION)
            told = lives.of_resources(connection, [one.resource.id for one in listed])
        if not listed:
            return
        for one in listed:
            judging.judge(one, told[one.resource.id])
        after = listed[-1].resource.id
        yield len(listed)
