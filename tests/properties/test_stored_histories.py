"""On random histories through the real intake: what is stored, listed, answered and paid."""

from collections import Counter
from datetime import timedelta
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from persistence import listing
from persistence.listing import Filter
from scheduler.sweeps import sweep_until
from service.questions import NotFoundError
from tests.properties.conftest import MakeWorld
from tests.properties.stories import REFERENCES, Again, Ask, Move, Pay, Review, Use, stories
from tests.properties.worlds import World, codes
from workflows.eligibility import answer
from workflows.history import first_break, fold
from workflows.products import CATALOGUE
from workflows.words import REFUNDING, STATES, Availability, Outcome, RefundStatus, Window

AHEAD = st.one_of(
    st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 1, 3600, 86_400, 691_200, 864_000)]),
    st.timedeltas(timedelta(), timedelta(days=12)),
)
PAID = "ssl_certificate"
SUBMITTED = "certificate.application_submitted"
CASH = {
    "order_id": "order", "account_id": "account", "product": PAID, "currency": "USD", "cash_paid": "1.60",
    "coupon_paid": "0", "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
}  # fmt: skip


@settings(max_examples=60)
@given(story=stories())
@example(story=[Use("r-0", "certificate.issued"), Pay("r-0", CASH), Ask("r-0"), Again(1)])
def test_a_stored_resource_is_the_fold_of_its_chained_history(new_world: MakeWorld, story: list[Move]) -> None:
    world = new_world().play(story)
    for resource_id, stored in world.resources().items():
        rows = world.rows(resource_id)
        assert fold(rows) == stored
        assert first_break(rows) is None
        assert (stored.seq, stored.head) == (len(rows), rows[-1].hash)


@settings(max_examples=50)
@given(story=stories())
def test_every_acknowledged_event_ends_once_and_can_be_read(new_world: MakeWorld, story: list[Move]) -> None:
    """Applied and refused events stand in a history at most once; no id is told twice; what waits is counted."""
    world = new_world().play(story)
    with world.desk.store.reading() as connection:
        stored = connection.execute(text("SELECT event_id, outcome, subject FROM inbox")).all()
    outcomes = Counter(id_ for id_, outcome, _ in stored if outcome != "rejected")
    assert set(outcomes.values()) <= {1}
    recorded = Counter(
        row.event_id for subject in world.resources() for row in world.rows(subject) if row.source == "/tests"
    )
    assert set(recorded.values()) <= {1}
    acknowledged = {
        one.id for one in world.results if one.outcome in (Outcome.APPLIED, Outcome.REFUSED, Outcome.PARKED)
    }
    assert acknowledged == {id_ for id_, _, _ in stored}
    assert {id_ for id_, outcome, _ in stored if outcome == "refused"} <= set(recorded)
    for subject in world.resources():
        waiting = [id_ for id_, outcome, of in stored if of == subject and outcome in ("parked", "dead")]
        assert world.unresolved(subject) == len(waiting)


@settings(max_examples=60)
@given(story=stories(subjects=1), ahead=AHEAD)
def test_a_request_gets_the_answer_of_its_instant(new_world: MakeWorld, story: list[Move], ahead: timedelta) -> None:
    world = new_world().play(story)
    sweep_until(world.desk, world.clock, world.clock.now() + ahead)
    now = world.clock.now()
    for resource_id in world.resources():
        promised = world.answer(resource_id)
        result = world.tell("refund.requested", resource_id, now)
        expected = Outcome.APPLIED if promised.accepted else Outcome.REFUSED
        assert (result.outcome, codes(result.reasons)) == (expected, codes(promised.reasons))
        refund = world.resources()[resource_id].refund
        if promised.accepted:
            assert refund is not None and promised.amount is not None
            assert refund.amount_minor == promised.amount.minor
            reviewed = promised.availability == Availability.REVIEW_REQUIRED
            assert refund.status == (RefundStatus.IN_REVIEW if reviewed else RefundStatus.PROCESSING)


@settings(max_examples=40)
@given(story=stories(subjects=3), instants=st.lists(AHEAD, min_size=1, max_size=5))
def test_the_list_says_what_the_core_says_at_every_instant(
    new_world: MakeWorld, story: list[Move], instants: list[timedelta]
) -> None:
    world = new_world().play(story)
    found = world.resources()
    deadlines = [one.deadline_at - world.clock.now() for one in found.values() if one.deadline_at >= world.clock.now()]
    for ahead in [*instants, *deadlines, *(one - timedelta(microseconds=1) for one in deadlines if one)]:
        at = world.clock.now() + ahead
        said = {}
        for resource_id, resource in found.items():
            core = answer(world.desk.policy.case(resource, at, world.unresolved(resource_id)))
            said[resource_id] = (core.availability.value, core.window.value)
        assert listed(world, Filter(at)) == said
        for availability in Availability:
            only = {id_: pair for id_, pair in said.items() if pair[0] == availability.value}
            assert listed(world, Filter(at, availability=availability.value)) == only
        for window in Window:
            only = {id_: pair for id_, pair in said.items() if pair[1] == window.value}
            assert listed(world, Filter(at, window=window.value)) == only


def listed(world: World, wanted: Filter) -> dict[str, tuple[str, str]]:
    with world.desk.store.reading() as connection:
        page = listing.page(connection, wanted, None, 100)
    return {one.resource.id: (one.availability, one.window) for one in page}


NET_PAID = """
SELECT coalesce(sum(amount), 0) FROM (
    SELECT payout.amount_minor AS amount FROM sandbox_payout AS payout JOIN attempt ON attempt.key = payout.key
    JOIN refund ON refund.id = attempt.refund_id
    WHERE refund.resource_id = :id AND payout.taken_at IS NOT NULL AND refund.status <> 'reversed'
    GROUP BY payout.key
    UNION ALL SELECT amount_minor FROM balance_credit WHERE resource_id = :id
)"""


def check_money(world: World) -> set[str]:
    """No more is out than was paid in cash, by the provider's own memory and the balances' ledger; how refunds ended.

    Once all is quiet nothing is left undecided.
    """
    ends: set[str] = set()
    for resource_id, resource in world.resources().items():
        with world.desk.store.reading() as connection:
            net = connection.execute(text(NET_PAID), {"id": resource_id}).scalar_one()
        assert 0 <= net <= resource.payment.cash_minor
        refund = resource.refund
        paid = refund is not None and refund.status in (RefundStatus.SUCCEEDED, RefundStatus.REVERSED)
        assert net == (refund.amount_minor if paid and refund is not None else 0)
        assert refund is None or refund.status not in (RefundStatus.PROCESSING, RefundStatus.IN_DOUBT)
        ends.update(row.changes["refund"]["status"] for row in world.rows(resource_id) if row.changes.get("refund"))
    return ends


@settings(max_examples=60)
@given(story=stories(longest=16))
def test_no_more_is_paid_out_than_was_paid_in_cash(new_world: MakeWorld, story: list[Move]) -> None:
    world = new_world().play(story)
    sweep_until(world.desk, world.clock, world.clock.now() + timedelta(days=3))
    check_money(world)


def test_nor_at_any_end_that_a_refund_can_come_to(new_world: MakeWorld) -> None:
    """Every way in which the provider may behave, asked for three times over, with and without review."""
    world, ends = new_world(), set[str]()
    for number, (reference, cash, approve) in enumerate(
        product(sorted(set(REFERENCES)), ("1.60", "900.00"), (True, False))
    ):
        name, data = (
            f"r-{number}",
            CASH | {"cash_paid": cash, "payment": {"provider": "sandbox", "reference": reference}},
        )
        again = [Ask(name, wait) for wait in (timedelta(), timedelta(hours=1), timedelta(days=1))]
        world.play([Pay(name, data), *again[:2], Review(approve, timedelta(hours=1)), *again[2:]])
        sweep_until(world.desk, world.clock, world.clock.now() + timedelta(days=3))
        ends |= check_money(world)
    assert ends == {status.value for status in RefundStatus}


@settings(max_examples=50)
@given(story=stories(subjects=1, in_order=True))
@example(story=[Pay("r-0", CASH), Use("r-0", "certificate.issued"), Use("r-0", SUBMITTED, wait=timedelta(hours=1))])
def test_a_past_instant_is_answered_as_it_was_answered_then(new_world: MakeWorld, story: list[Move]) -> None:
    """Nothing is told late here, so what was known by an instant is what was known at it."""
    world = new_world()
    given_then = {}
    for move in [*story, Ask("r-0", timedelta(days=1))]:
        world.make(move)
        sweep_until(world.desk, world.clock, world.clock.now())
        given_then[world.clock.now()] = said_of(world)
    sweep_until(world.desk, world.clock, world.clock.now() + timedelta(days=2))
    assert {at: said_of(world, at) for at in given_then} == given_then


def said_of(world: World, at: object = None) -> object:
    try:
        return world.answer("r-0", at).to_json()  # type: ignore[arg-type]
    except NotFoundError:
        return None


def test_stories_reach_every_state_of_every_product(new_world: MakeWorld) -> None:
    """The properties above are worth what their stories reach."""
    seen: set[tuple[str, str]] = set()
    ends: set[str] = set()

    @settings(max_examples=60)
    @given(story=stories(subjects=4, longest=6))
    def reach(story: list[Move]) -> None:
        world = new_world().play(story)
        sweep_until(world.desk, world.clock, world.clock.now() + timedelta(days=2))
        for subject in world.resources():
            rows = world.rows(subject)
            seen.update((rows[0].changes["payment"]["product"], row.to_state) for row in rows)
            ends.update(row.changes["refund"]["status"] for row in rows if row.changes.get("refund"))

    reach()
    assert {state for _, state in seen} == set(STATES)
    many = [one for one in CATALOGUE if len(one.arcs) > 1]
    assert len(many) == 3
    assert seen >= {(one.key, arc.target) for one in many for arc in one.arcs if arc.target != REFUNDING}
    assert ends >= {"in_review", "processing", "succeeded"}
