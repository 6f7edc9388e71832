"""Running sums equal a recount of what they count, at every instant, folded or not."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from persistence import history, resources, stock, tallies
from persistence.store import Connection
from persistence.tallies import Kind, Place
from service.counted import differences
from tests.properties.conftest import MakeWorld
from tests.properties.stories import Move, stories
from tests.properties.worlds import World
from workflows.eligibility import answer
from workflows.words import Window


def recounted(connection: Connection) -> dict[Place, tuple[int, ...]]:
    """Everything counted anew from the resources and their whole histories."""
    ids = list(connection.execute(resources.RESOURCE.select()).scalars())
    stored = resources.load_stored(connection, ids)
    rows = [row for key in stored for row in history.of_resource(connection, key)]
    return {place: tuple(sums) for place, sums in differences({}, stored.values(), rows)}


def by_answer(world: World, ahead: timedelta) -> Counter[tuple[str, ...]]:
    """How much stands where at a later instant, each resource asked by itself."""
    at = world.clock.now() + ahead
    found: Counter[tuple[str, ...]] = Counter()
    for resource in world.resources().values():
        said = answer(world.desk.policy.case(resource, at, world.unresolved(resource.id)))
        payment = resource.payment
        key = (payment.product, resource.state, payment.currency, said.window.value, said.availability.value)
        found[(*key, "resources")] += 1
        found[(*key, "cash")] += payment.cash_minor
        found[(*key, "amount")] += 0 if said.amount is None else said.amount.minor
    return +found


@settings(max_examples=60)
@given(
    story=stories(),
    ahead=st.sampled_from(
        [timedelta(), timedelta(minutes=17), timedelta(hours=5), timedelta(days=4), timedelta(days=9)]
    ),
    folds=st.integers(0, 3),
)
def test_sums_equal_a_recount(new_world: MakeWorld, story: list[Move], ahead: timedelta, folds: int) -> None:
    world = new_world().play(story)
    at = world.clock.now() + ahead
    with world.desk.store.reading() as connection:
        counted = {place: tuple(sums) for place, sums in tallies.read(connection, *Kind)}
        assert counted == recounted(connection)
    for _ in range(folds):
        with world.desk.store.writing() as connection:
            tallies.fold(connection, at, 3)
    with world.desk.store.reading() as connection:
        stands = stock.at(connection, at)
    found: Counter[tuple[str, ...]] = Counter()
    for one in stands:
        key = (one.product, one.state, one.currency, one.window, one.availability)
        found[(*key, "resources")] += one.count
        found[(*key, "cash")] += one.cash_minor
        found[(*key, "amount")] += one.amount_minor
        assert one.closes is None or (one.window == Window.OPEN and one.closes > at)
    assert +found == by_answer(world, ahead)


@settings(max_examples=30)
@given(story=stories(longest=20))
def test_what_is_over_is_drawn_together_without_loss(new_world: MakeWorld, story: list[Move]) -> None:
    world = new_world().play(story)
    later = world.clock.now() + timedelta(days=30)
    with world.desk.store.reading() as connection:
        before = totals(connection)
    with world.desk.store.writing() as connection:
        while tallies.fold(connection, world.clock.now(), 2):
            pass
        tallies.fold(connection, later, 1000)
        tallies.fold(connection, later, 1000)
        assert totals(connection) == before
        hours = {place.hour.hour for place, _ in tallies.read(connection, *Kind) if place.kind != Kind.RESOURCES}
        assert hours <= {0}
        assert not [place for place, _ in tallies.read(connection, Kind.RESOURCES) if place.hour != tallies.OVER]


def totals(connection: Connection) -> dict[tuple[str, str, str], int]:
    found: Counter[tuple[str, str, str]] = Counter()
    for place, sums in tallies.read(connection, *Kind):
        found[place.kind, place.product, place.state] += sums.number
    return dict(+found)
