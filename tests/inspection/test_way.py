"""The way of one resource: what it passed and when, where it stands, what could come next."""

from datetime import datetime, timedelta
from itertools import chain

from service import refunds
from service.inspection import Wanted, overlay_of
from tests.money.world import PAID_AT, World
from workflows.diagrams.overlay import ArcKey, Overlay

DEADLINE = datetime.fromisoformat("2026-03-09T00:00:00Z")


def numbers(found: Overlay) -> dict[ArcKey, list[int]]:
    return {key: [visit.number for visit in visits] for key, visits in found.visits.items()}


def shown(world: World, machine: str, resource: str = "r", as_of: datetime | None = None) -> Overlay:
    return overlay_of(world.desk, machine, Wanted(resource=resource, as_of=as_of))


def test_one_step_bears_one_number_in_both_regions(world: World) -> None:
    world.pay("r")
    world.later(hours=1)
    world.tell("certificate.application_submitted", "r")
    world.tell("refund.requested", "r")  # refused: it is no visit
    world.later(hours=1)
    world.tell("certificate.application_cancelled", "r")
    world.later(hours=1)
    world.tell("refund.requested", "r")
    world.later(hours=1)
    found = shown(world, "ssl_certificate")
    assert numbers(found) == {
        (None, "order.paid", "pending"): [1],
        (None, "order.paid", "open"): [1],
        ("pending", "certificate.application_submitted", "verifying"): [2],
        ("verifying", "certificate.application_cancelled", "pending"): [3],
        ("pending", "refund.requested", "refunding"): [4],
        ("open", "refund.requested", "claimed"): [4],
        ("refunding", "refund.succeeded", "refunded"): [5],
    }
    assert found.visits["pending", "refund.requested", "refunding"][0].at == PAID_AT + timedelta(hours=3)
    assert (found.here, found.possible) == ({"refunded", "claimed"}, frozenset())
    then = shown(world, "ssl_certificate", as_of=PAID_AT + timedelta(hours=1))
    assert sorted(chain(*numbers(then).values())) == [1, 1, 2]
    assert then.here == {"verifying", "open"}
    assert then.possible >= {("verifying", "certificate.application_cancelled", "pending")}


def test_arcs_that_could_fire_are_possible(world: World) -> None:
    world.pay("r", product="private_ca")
    assert shown(world, "private_ca").possible == {
        ("pending", "ca.enabled", "issued"),
        ("pending", "refund.requested", "refunding"),
        ("open", "refund.requested", "claimed"),
        ("open", "refund_window.expired", "closed"),
    }
    world.tell("ca.enabled", "r", level="root")
    assert shown(world, "private_ca").possible == {
        ("issued", "ca.enabled", "issued"),
        ("issued", "ca.reset", "reset"),
        ("open", "refund_window.expired", "closed"),
    }


def test_a_guard_that_does_not_hold_leaves_no_arc(world: World) -> None:
    world.gateway_with_consumption("r")
    found = shown(world, "https_acceleration_gateway")
    assert ("issued", "gateway.reset", "reset") not in found.possible
    assert ("issued", "refund.requested", "refunding") in found.possible
    world.ask("r")
    assert shown(world, "https_acceleration_gateway").possible == {
        ("refunding", "gateway.quota_consumed", "refunding"),
        ("refunding", "refund.declined", "issued"),
        ("claimed", "refund.declined", "open"),
    }


def test_an_override_is_possible_where_the_rules_allow_one(world: World) -> None:
    world.pay("r")
    world.later(days=9)
    override = {
        ("pending", "refund.override_requested", "refunding"),
        ("closed", "refund.override_requested", "claimed"),
    }
    found = shown(world, "ssl_certificate")
    assert found.possible == override | {("pending", "certificate.application_submitted", "verifying")}
    assert numbers(found)["open", "refund_window.expired", "closed"] == [2]
    assert found.visits["open", "refund_window.expired", "closed"][0].at == DEADLINE
    assert shown(world, "window").here == {"closed"}
    world.pay("s", cash_paid="0.00", coupon_paid="1.60")
    assert not {event for _, event, _ in shown(world, "ssl_certificate", "s").possible} & {"refund.override_requested"}


def test_refunds_pass_their_own_machine_one_after_the_other(world: World) -> None:
    world.pay("r", "sandbox_fails", cash_paid="900.00")
    world.ask("r")
    refunds.decide(world.desk, world.refund_id("r"), "manager", approve=False, reason="no", amount=None)
    world.later(hours=1)
    world.ask("r")
    assert shown(world, "refund").possible == {
        ("in_review", "refund.approved", "approved"),
        ("in_review", "refund.declined", "declined"),
    }
    refunds.decide(world.desk, world.refund_id("r"), "manager", approve=True, reason=None, amount=None)
    world.later(hours=1)
    found = shown(world, "refund")
    assert numbers(found) == {
        (None, "refund.requested, refund.override_requested", "in_review"): [1, 3],
        ("in_review", "refund.declined", "declined"): [2],
        ("in_review", "refund.approved", "approved"): [4],
        ("approved", "refund.sent", "processing"): [5],
        ("processing", "refund.failed", "failed"): [6],
    }
    assert (found.here, found.possible) == ({"failed"}, frozenset())
    in_window = shown(world, "window")
    assert numbers(in_window) == {
        (None, "order.paid", "open"): [1],
        ("open", "refund.requested", "claimed"): [2, 4],
        ("claimed", "refund.declined", "open"): [3],
    }
    assert shown(world, "refund", as_of=PAID_AT).here == {"declined"}
    world.pay("never asked for")
    assert shown(world, "refund", "never asked for").here == frozenset()


def test_caption_says_what_is_shown(world: World) -> None:
    world.pay("r")
    wanted = Wanted(True, "r", PAID_AT, "private_ca", "account-1", 7)
    found = overlay_of(world.desk, "window", wanted)
    assert found.caption == (
        "as of 2026-03-01T10:00:00Z",
        "counted: product private_ca, account 'account-1', paid within 7 days",
        "resource 'r'",
    )
    assert (found.tallies["open"].count, found.here) == (0, {"open"})
    assert overlay_of(world.desk, "window", Wanted(counts=True)).caption[1] == "counted: everything"
