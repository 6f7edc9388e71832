"""How much stands in each state of a machine, for people who wait for it: bounded, however much there is.

The present as a whole comes from the running sums. A past moment, an account, or what was paid within some days is
counted one by one; where that would be more than MOST_COUNTED, only the resources that were paid for last are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from persistence import counts, lateness, moves, stock, tallies
from persistence.counts import Moment, Population
from persistence.moves import Move
from persistence.stock import Stock
from persistence.store import Connection
from service.desk import Desk
from service.inspection import Wanted, before, caption_of, check, machine_of, regions
from workflows.definition import Defined, Product
from workflows.diagrams.overlay import Overlay, Tally
from workflows.instants import instant_text
from workflows.money import Money
from workflows.refund_machine import REFUND

MOST_COUNTED: Final = 2_000
_RANKS: Final = (0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Census:
    """The tally of every state of a machine's drawing as of an instant.

    `past`: as the history up to it says. `paid_after`: there were too many, and only what was paid for later than this
    is counted.
    """

    machine: Defined
    moment: Moment
    wanted: Wanted
    tallies: Mapping[str, Tally]
    paid_after: datetime | None

    @property
    def total(self) -> int:
        """How many things the machine itself holds, its window left out."""
        return sum(self.tallies[str(state)].count for state in self.machine.states)

    @property
    def overlay(self) -> Overlay:
        """The census, to be laid over the machine."""
        cut = [] if self.paid_after is None else [f"only what was paid after {instant_text(self.paid_after)}"]
        return Overlay((*caption_of(self.moment, self.wanted), *cut), self.tallies)


def taken(desk: Desk, key: str, wanted: Wanted) -> Census:
    """What is wanted of a machine, counted. Raises NotFoundError for no machine, DiagramError for a senseless wish."""
    machine = machine_of(key)
    check(machine, wanted)
    now = desk.clock.now()
    moment = Moment(wanted.as_of or now, past=wanted.as_of is not None and wanted.as_of < now)
    own = machine.key if isinstance(machine, Product) else wanted.product
    with desk.store.reading() as connection:
        if moment.past or wanted.account_id is not None or wanted.days is not None:
            found, paid_after = _one_by_one(connection, machine, moment, _population(desk, wanted, own, moment))
        else:
            found, paid_after = _from_sums(connection, machine, moment, own), None
    every = {str(state): found.get(str(state), Tally(0)) for one in regions(machine) for state in one.states}
    return Census(machine, moment, wanted, every, paid_after)


def standing(desk: Desk) -> tuple[list[Stock], Counter[str]]:
    """Everything at a glance: the resources that are alike, and how many refunds have each status."""
    with desk.store.reading() as connection:
        found = list(stock.totals(connection, desk.clock.now()))
        refunds = Counter[str]()
        for place, sums in tallies.read(connection, tallies.Kind.REFUNDS):
            refunds[place.state] += sums.number
    return found, refunds


def began(desk: Desk) -> datetime | None:
    """When the first of all resources was paid for; None where there is none."""
    with desk.store.reading() as connection:
        return counts.first_payment(connection, desk.policy.catalogue.keys)


def flow(desk: Desk, since: datetime) -> tuple[Counter[Move], Counter[Move]]:
    """How often each change was recorded: since the beginning of a moment's day (UTC), and ever."""
    with desk.store.reading() as connection:
        return moves.count(connection, tallies.day_of(since)), moves.count(connection)


def _population(desk: Desk, wanted: Wanted, product: str | None, moment: Moment) -> Population:
    paid_after = None if wanted.days is None else before(moment.at, timedelta(days=wanted.days))
    products = desk.policy.catalogue.keys if product is None and wanted.account_id is None else None
    return Population(product, wanted.account_id, paid_after, moment.at, products)


def _one_by_one(
    connection: Connection, machine: Defined, moment: Moment, among: Population
) -> tuple[Mapping[str, Tally], datetime | None]:
    """The tallies of a population, or of those of it that were paid for last."""
    cut = counts.begins(connection, moment, among, MOST_COUNTED)
    some = among if cut is None else replace(among, paid_after=cut)
    if machine is REFUND:
        return counts.of_refunds(connection, moment, some), cut
    product = isinstance(machine, Product)
    return counts.of_resources(connection, moment, some, lifecycle=product, window=True), cut


def _from_sums(connection: Connection, machine: Defined, moment: Moment, product: str | None) -> dict[str, Tally]:
    if machine is REFUND:
        kept = tallies.read(connection, tallies.Kind.REFUNDS)
        told = ((place, sums) for place, sums in kept if product in (None, place.product))
        return _tallied((place.state, place.currency, sums.number, sums.amount_minor) for place, sums in told)
    alike = [one for one in stock.totals(connection, moment.at) if product in (None, one.product)]
    found = _tallied((one.window, one.currency, one.count, one.cash_minor) for one in alike)
    if isinstance(machine, Product):
        states = _tallied((one.state, one.currency, one.count, one.cash_minor) for one in alike)
        found |= _with_dwells(connection, machine.key, states, moment.at)
    return found


def _tallied(some: Iterable[tuple[str, str, int, int]]) -> dict[str, Tally]:
    """Tallies without dwells, from states with currencies, numbers and amounts."""
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for state, currency, number, minor in some:
        held = sums[state][currency]
        held[0] += number
        held[1] += minor
    found = {}
    for state, by_currency in sums.items():
        there = {currency: held for currency, held in sorted(by_currency.items()) if held[0]}
        money = tuple(Money(currency, minor) for currency, (_, minor) in there.items())
        found[state] = Tally(sum(number for number, _ in there.values()), money)
    return {state: one for state, one in found.items() if one.count}


def _with_dwells(connection: Connection, product: str, found: dict[str, Tally], at: datetime) -> dict[str, Tally]:
    spans = lateness.dwells(connection, {(product, state): one.count for state, one in found.items()}, at, _RANKS)
    return {
        state: replace(one, median_dwell=told[0], p95_dwell=told[1]) if len(told := spans[product, state]) == 2 else one
        for state, one in found.items()
    }
