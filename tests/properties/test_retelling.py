"""A life told again under the policy it was lived under is the same life, row by row."""

from hypothesis import given, settings

from persistence import history, inbox
from scheduler.sweeps import sweep_until
from tests.properties.conftest import MakeWorld
from tests.properties.stories import Move, stories
from workflows.retelling import Life, retold


@settings(max_examples=50)
@given(story=stories())
def test_a_life_is_retold_as_it_was_lived(new_world: MakeWorld, story: list[Move]) -> None:
    world = new_world().play(story)
    now = world.clock.now()
    sweep_until(world.desk, world.clock, now)
    with world.desk.store.reading() as connection:
        lives = {
            subject: Life(list(history.of_resource(connection, subject)), *inbox.waited(connection, [subject])[subject])
            for subject in world.resources()
        }
    for subject, life in lives.items():
        told = retold(world.desk.policy, life, now)
        assert told.rows == tuple(life.rows)
        assert told.resource == world.resources()[subject]
        assert not told.dropped
