"""What is laid over a diagram is what the histories say, at every instant."""

from datetime import datetime, timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from service.inspection import Wanted, overlay_of
from tests.properties.conftest import MakeWorld
from tests.properties.recount import recounted
from tests.properties.stories import START, Move, stories
from tests.properties.worlds import World
from workflows.history import Row

TICK = timedelta(microseconds=1)
MOMENTS = st.lists(st.timedeltas(timedelta(days=-9), timedelta(days=40)), min_size=1, max_size=3)


def turning_points(histories: list[list[Row]]) -> set[datetime]:
    """The instants at which something changes, and just before."""
    points = {row.occurred_at for row in chain(*histories)}
    points |= {datetime.fromisoformat(rows[0].changes["deadline_at"]) for rows in histories}
    return points | {point - TICK for point in points}


def check(world: World, machines: list[str], moments: list[datetime]) -> None:
    histories = [world.rows(subject) for subject in world.resources()]
    now = world.clock.now()
    for machine in machines:
        said = overlay_of(world.desk, machine, Wanted(counts=True)).tallies
        assert said == recounted(machine, histories, now, past=False), machine
        for at in moments:
            past = [rows for rows in histories if at >= rows[0].occurred_at]
            said = overlay_of(world.desk, machine, Wanted(counts=True, as_of=at)).tallies
            assert said == recounted(machine, past if at >= now else histories, at, past=at < now), (machine, at)


@settings(max_examples=20)
@given(story=stories(subjects=5), ahead=MOMENTS, data=st.data())
def test_counts_are_what_the_folded_histories_amount_to(
    new_world: MakeWorld, story: list[Move], ahead: list[timedelta], data: st.DataObject
) -> None:
    world = new_world().play(story)
    histories = [world.rows(subject) for subject in world.resources()]
    points = sorted(turning_points(histories)) or [START]
    moments = [START + one for one in ahead] + data.draw(st.lists(st.sampled_from(points), max_size=4))
    products = {rows[0].changes["payment"]["product"] for rows in histories}
    check(world, [*sorted(products), "refund", "window"], moments)
