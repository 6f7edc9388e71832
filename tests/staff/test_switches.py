"""A kill switch holds money back and loses none."""

import pytest

from service import switches
from service.switches import SwitchError
from tests.money.world import World


@pytest.mark.parametrize(("kind", "key"), [("provider", "sandbox"), ("product", "ssl_certificate")])
def test_nothing_is_paid_while_it_stands_on_stop(world: World, kind: str, key: str) -> None:
    switches.turn(world.desk, kind, key, "operator", "the provider pays twice", stop=True)
    world.pay("r-1")
    assert world.ask("r-1").accepted
    world.later(hours=5)
    assert world.status("r-1") == "processing"
    assert [(one.kind, one.key) for one in switches.stopped(world.desk)] == [(kind, key)]
    switches.turn(world.desk, kind, key, "operator", "mended", stop=False)
    world.later(seconds=1)
    assert world.status("r-1") == "succeeded"
    assert not switches.stopped(world.desk)
    assert [one.stopped for one in switches.turnings(world.desk, 10)] == [False, True]


def test_another_product_is_not_held(world: World) -> None:
    switches.turn(world.desk, "product", "private_ca", "operator", "looking into it", stop=True)
    world.pay("r-1")
    world.ask("r-1")
    world.later(seconds=1)
    assert world.status("r-1") == "succeeded"


def test_doubts_go_on_being_settled(world: World) -> None:
    world.pay("r-1", "sandbox_lost_reply")
    world.ask("r-1")
    world.later(seconds=0)
    assert world.status("r-1") == "in_doubt"
    switches.turn(world.desk, "provider", "sandbox", "operator", "replies get lost", stop=True)
    world.later(hours=1)
    assert world.status("r-1") == "succeeded"


@pytest.mark.parametrize(
    ("kind", "key", "reason", "told"),
    [
        ("currency", "USD", "why", "there are switches of provider and product"),
        ("provider", "nobody", "why", "there are sandbox"),
        ("product", "ssl", "why", "ssl_certificate"),
        ("provider", "sandbox", "  ", "needs a reason"),
    ],
)
def test_a_wrong_turn_says_what_is_possible(world: World, kind: str, key: str, reason: str, told: str) -> None:
    with pytest.raises(SwitchError, match=told):
        switches.turn(world.desk, kind, key, "operator", reason, stop=True)


def test_a_switch_is_turned_only_to_where_it_does_not_stand(world: World) -> None:
    with pytest.raises(SwitchError, match="stands on go"):
        switches.turn(world.desk, "provider", "sandbox", "operator", "why", stop=False)
    switches.turn(world.desk, "provider", "sandbox", "operator", "why", stop=True)
    with pytest.raises(SwitchError, match="stands on stop"):
        switches.turn(world.desk, "provider", "sandbox", "operator", "why", stop=True)
