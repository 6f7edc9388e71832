"""How much stands in each state: fixed stories on both stores, against a recount and against plain numbers."""

from datetime import timedelta

import pytest

from service.clock import SetClock
from service.inspection import DiagramError, Wanted, overlay_of
from service.opening import open_desk
from service.questions import NotFoundError
from tests.databases import quick_engine
from tests.money.world import PAID_AT, World
from tests.properties.stories import RULES, START, Ask, Move, Pay, Review, Use
from tests.properties.test_overlays import check, turning_points
from tests.properties.worlds import World as Played
from workflows.diagrams.overlay import Tally
from workflows.money import Money
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bought(product: str, currency: str = "USD", cash: str = "1.60", reference: str = "sandbox_ok") -> dict[str, object]:
    data = {
        "order_id": "order",
        "account_id": "account",
        "product": product,
        "currency": currency,
        "cash_paid": cash,
        "coupon_paid": "0",
        "payment": {"provider": "sandbox", "reference": reference},
    }
    return data | ({"quota_units": 300} if product == "https_acceleration_gateway" else {})


#: Asked for again after a failure; declined; reviewed while it is consumed; told late; reversed; left to the clock.
STORY: list[Move] = [
    Pay("failing", bought("ssl_certificate", reference="sandbox_fails")),
    Pay("gateway", bought("https_acceleration_gateway")),
    Pay("yen", bought("https_acceleration_gateway", "JPY", "5000")),
    Pay("dear", bought("private_ca", cash="900.00"), HOUR, -HOUR),
    Pay("reversed", bought("ssl_certificate", reference="sandbox_reversed_1d"), HOUR),
    Ask("failing"),
    Use("gateway", "gateway.domain_added", wait=HOUR),
    Use("gateway", "gateway.quota_consumed", {"units": 60}, HOUR),
    Ask("gateway", HOUR),
    Use("gateway", "gateway.quota_consumed", {"units": 30}, HOUR),
    Use("dear", "ca.enabled", {"level": "root"}, DAY, -2 * HOUR),
    Use("dear", "ca.reset", {}, HOUR),
    Use("dear", "ca.reset", {"confirmed_data_deletion": True}, HOUR),
    Ask("dear", HOUR),
    Ask("failing", HOUR),
    Ask("reversed", HOUR),
    Review(False, HOUR),
    Ask("dear", HOUR),
    Review(True, 2 * DAY),
    Use("yen", "gateway.domain_added", wait=9 * DAY),
    Ask("yen", HOUR),
]


def test_counts_are_a_recount_at_every_turn(database_url: str) -> None:
    clock = SetClock(START)
    desk = open_desk(quick_engine(database_url), CATALOGUE, [parse_rules(text) for text in RULES], clock)
    world = Played(desk, clock).play(STORY)
    histories = [world.rows(subject) for subject in world.subjects]
    assert {row.event for rows in histories for row in rows} >= {
        "refund.failed", "refund.declined", "refund.approved", "refund.reversed", "refund_window.expired",
    }  # fmt: skip
    check(
        world,
        ["ssl_certificate", "https_acceleration_gateway", "private_ca", "refund", "window"],
        sorted(turning_points(histories)),
    )
    desk.store.close()


def test_dwells_are_those_of_the_nearest_rank(world: World) -> None:
    for number in range(20):
        world.pay(f"r-{number}", cash_paid="1.00" if number else "3.00")
        world.later(hours=1)
    world.pay("in yen", currency="JPY", cash_paid="100")
    found = overlay_of(world.desk, "ssl_certificate", Wanted(counts=True)).tallies
    money = (Money("JPY", 100), Money("USD", 2200))
    assert found["pending"] == found["open"] == Tally(21, money, timedelta(hours=10), timedelta(hours=19))
    assert found["issued"] == found["claimed"] == Tally(0)
    earlier = overlay_of(world.desk, "ssl_certificate", Wanted(counts=True, as_of=PAID_AT + HOUR / 2)).tallies
    assert earlier["pending"] == Tally(1, (Money("USD", 300),), HOUR / 2, HOUR / 2)
    assert not any(tally.count for tally in _before_anything(world).values())


def _before_anything(world: World) -> dict[str, Tally]:
    return dict(overlay_of(world.desk, "ssl_certificate", Wanted(counts=True, as_of=PAID_AT - HOUR)).tallies)


def test_a_window_is_open_since_the_payment_and_closed_since_the_deadline(world: World) -> None:
    world.pay("r")
    world.later(days=10)
    found = overlay_of(world.desk, "window", Wanted(counts=True)).tallies
    deadline = world.answer("r").case.resource.deadline_at
    assert found["closed"].median_dwell == world.clock.now() - deadline
    still = overlay_of(world.desk, "window", Wanted(counts=True, as_of=PAID_AT + DAY)).tallies
    assert (still["open"].count, still["open"].p95_dwell, still["closed"].count) == (1, DAY, 0)


@pytest.mark.parametrize("machine", ["window", "refund"])
@pytest.mark.parametrize("past", [False, True])
def test_what_is_counted_can_be_narrowed(world: World, machine: str, past: bool) -> None:
    world.pay("old", account_id="a")
    world.ask("old")
    world.later(days=3)
    for subject, product in (("cert", "ssl_certificate"), ("ca", "private_ca")):
        world.pay(subject, product=product, account_id="b")
        world.ask(subject)
    at = world.clock.now()
    world.later(days=1)
    counted = [{}, {"account_id": "a"}, {"account_id": "b"}, {"product": "private_ca"}, {"days": 3}, {"days": 4},
               {"account_id": "b", "product": "ssl_certificate", "days": 1}]  # fmt: skip
    numbers = [
        sum(
            tally.count
            for tally in overlay_of(world.desk, machine, _wanted(more, at if past else None)).tallies.values()
        )
        for more in counted
    ]
    assert numbers == [3, 1, 2, 1, 2, 3 if past else 2, 1 if past else 0]


def _wanted(more: dict[str, object], at: object) -> Wanted:
    return Wanted(counts=True, as_of=at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("machine", "wanted", "says"),
    [
        ("window", Wanted(as_of=PAID_AT), "as_of needs something"),
        ("window", Wanted(days=3), "ask for counts too"),
        ("window", Wanted(resource="r", product="private_ca"), "ask for counts too"),
        ("window", Wanted(counts=True, days=0), "from 1 to 36500"),
        ("window", Wanted(counts=True, product="shoes"), "it must be one of ssl_certificate"),
        ("private_ca", Wanted(counts=True, product="ssl_certificate"), "ask for the machine ssl_certificate"),
        ("private_ca", Wanted(resource="r"), "ask for the machine ssl_certificate"),
    ],
)
def test_what_makes_no_sense_is_said(any_database_url: str, machine: str, wanted: Wanted, says: str) -> None:
    world = World(any_database_url)
    world.pay("r")
    with pytest.raises(DiagramError, match=says):
        overlay_of(world.desk, machine, wanted)
    world.close()


def test_what_is_not_there_is_said(world: World) -> None:
    world.pay("r")
    for wanted in (Wanted(resource="s"), Wanted(resource="r", as_of=PAID_AT - HOUR)):
        with pytest.raises(NotFoundError, match="no payment is known for resource"):
            overlay_of(world.desk, "window", wanted)
    with pytest.raises(NotFoundError, match=r"'shoes' is no machine; there are .*ssl_certificate.*, refund, window"):
        overlay_of(world.desk, "shoes", Wanted(counts=True))
