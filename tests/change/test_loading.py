"""Loading a definition: refused where it strands somebody, carried out where its mapping says where they go on."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence import inbox, lives
from persistence.definitions import versions
from service import questions, refunds
from service.clock import SetClock
from service.desk import Desk
from service.ingest import ingest
from service.migrating import StrandedError, carry_over
from tests.change.world import (
    CA,
    CERTIFICATE,
    GATEWAY,
    MOVED,
    NO_FAILED_STATE,
    catalogue_with,
    catalogue_without,
    populated,
    reopened,
    rows_of,
    without_state,
)
from tests.money.world import World
from workflows.catalogue import Catalogue
from workflows.definition import Refundable
from workflows.history import first_break, fold
from workflows.retelling import retold
from workflows.step import EarlierDefinitionError, Policy
from workflows.validation import DefinitionError
from workflows.words import (
    DEFINITION_MIGRATED,
    ISSUED,
    PENDING,
    REFUNDED,
    REFUNDING,
    RESET,
    REVOKED,
    VALIDATION_FAILED,
    Availability,
    Outcome,
)

Open = Callable[[Catalogue], Desk]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = populated(database_url)
    yield world
    world.close()


@pytest.fixture
def load(database_url: str, world: World) -> Iterator[Open]:
    """Opens the world's database with another catalogue, an hour after all that happened."""
    opened: list[Desk] = []

    def load(catalogue: Catalogue) -> Desk:
        world.clock.advance(world.clock.now() + timedelta(hours=1))
        opened.append(reopened(database_url, catalogue, world.clock))
        return opened[-1]

    yield load
    for desk in opened:
        desk.store.close()


def deciding_by(catalogue: Catalogue, world: World) -> Desk:
    """The world's desk with another catalogue, without opening the database anew."""
    return replace(world.desk, policy=Policy(catalogue, world.desk.policy.rulebook))


def is_sound(desk: Desk, subject: str) -> bool:
    """Whether the chain holds and folds to what is stored, with the availability that follows from it."""
    rows, stored = rows_of(desk, subject), questions.view(desk, subject)
    return first_break(rows) is None and fold(rows) == stored.resource


def test_a_dropped_state_with_somebody_in_it_is_refused_in_one_line(world: World, load: Open) -> None:
    with pytest.raises(StrandedError) as refused:
        load(catalogue_with(NO_FAILED_STATE))
    assert str(refused.value) == (
        "these definitions cannot be loaded: 2 resources are stranded, such as failed-1 (ssl_certificate, "
        "validation_failed): the definition has no state validation_failed any more; say where they go on: "
        "moved={'validation_failed': '…'} on the product ssl_certificate"
    )
    assert [row.event for row in rows_of(world.desk, "failed-1")][-1] == "certificate.validation_failed"
    with world.desk.store.reading() as connection:
        assert NO_FAILED_STATE.definition_hash not in {version.hash for version in versions(connection)}


def test_a_dropped_state_with_nobody_in_it_is_loaded(world: World, load: Open) -> None:
    desk = load(catalogue_with(without_state(CA, RESET)))
    assert [len(rows_of(desk, subject)) for subject in ("failed-1", "issued", "fresh")] == [3, 3, 1]


def test_a_dropped_product_strands_its_resources(world: World, load: Open) -> None:
    load(catalogue_without("private_ca"))
    with pytest.raises(StrandedError, match=r"1 resource is stranded, such as gateway .* keep the product"):
        load(catalogue_without("https_acceleration_gateway"))


def test_the_mapping_carries_them_over_as_rows_of_history(world: World, load: Open) -> None:
    desk = load(catalogue_with(MOVED))
    for subject in ("failed-1", "failed-2"):
        row = rows_of(desk, subject)[-1]
        assert (row.event, row.outcome, row.actor) == (DEFINITION_MIGRATED, Outcome.APPLIED, "refundry")
        assert (row.from_state, row.to_state, row.seq) == (VALIDATION_FAILED, PENDING, 4)
        assert row.data == {"from_definition": CERTIFICATE.definition_hash, "to_definition": MOVED.definition_hash}
        assert row.recorded_at == world.clock.now() == questions.view(desk, subject).resource.entered_at
        assert is_sound(desk, subject)
        assert questions.eligibility(desk, subject).availability is Availability.AVAILABLE
    assert [len(rows_of(desk, subject)) for subject in ("issued", "fresh", "gateway")] == [3, 1, 2]
    with desk.store.reading() as connection:
        told = connection.execute(text("SELECT count(*) FROM outbox WHERE type = 'definition.migrated'")).scalar()
    assert told == 2


def test_a_second_start_changes_nothing(world: World, load: Open) -> None:
    load(catalogue_with(MOVED))
    desk = load(catalogue_with(MOVED))
    assert [len(rows_of(desk, subject)) for subject in ("failed-1", "failed-2")] == [4, 4]
    assert carry_over(desk) == 0


def test_whoever_is_brought_there_later_by_the_version_before_is_carried_at_the_next_start(
    world: World, load: Open
) -> None:
    load(catalogue_with(MOVED))
    world.tell("certificate.application_submitted", "fresh")
    assert world.tell("certificate.validation_failed", "fresh").state == VALIDATION_FAILED
    desk = load(catalogue_with(MOVED))
    assert questions.view(desk, "fresh").resource.state == PENDING
    assert is_sound(desk, "fresh")


def test_small_portions_come_to_the_same(world: World) -> None:
    desk = deciding_by(catalogue_with(MOVED), world)
    assert carry_over(desk, portion=1) == 2
    assert [questions.view(desk, subject).resource.state for subject in ("failed-1", "failed-2")] == [PENDING, PENDING]


class StoppedClock(SetClock):
    """A clock that fails the second time somebody who carries looks at it: the process is killed half-way."""

    looks = 0

    def now(self) -> Any:
        self.looks += 1
        if self.looks > 1:
            raise KeyboardInterrupt
        return super().now()


def test_half_way_killed_it_goes_on_at_the_next_start(world: World, load: Open) -> None:
    with pytest.raises(KeyboardInterrupt):
        carry_over(replace(deciding_by(catalogue_with(MOVED), world), clock=StoppedClock(world.clock.now())), portion=1)
    with world.desk.store.reading() as connection:
        states = connection.execute(text("SELECT state FROM resource WHERE id LIKE 'failed-%' ORDER BY state"))
        assert list(states.scalars()) == [PENDING, VALIDATION_FAILED]
    desk = load(catalogue_with(MOVED))
    assert all(is_sound(desk, subject) and len(rows_of(desk, subject)) == 4 for subject in ("failed-1", "failed-2"))


def test_of_two_that_start_at_once_each_resource_is_carried_by_one(world: World, database_url: str) -> None:
    for number in range(30):
        world.pay(f"more-{number}")
        world.tell("certificate.application_submitted", f"more-{number}")
        world.tell("certificate.validation_failed", f"more-{number}")
    begin, desks = threading.Barrier(2), list[Desk]()

    def start() -> None:
        begin.wait()
        desks.append(reopened(database_url, catalogue_with(MOVED), world.clock))

    starting = [threading.Thread(target=start) for _ in range(2)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert len(desks) == 2
    for subject in ("failed-1", "failed-2", *(f"more-{number}" for number in range(30))):
        assert [row.event for row in rows_of(desks[0], subject)].count(DEFINITION_MIGRATED) == 1
        assert is_sound(desks[1], subject)
    for desk in desks:
        desk.store.close()


def test_what_was_parked_is_let_in_where_it_fits_now(world: World, load: Open) -> None:
    revoking = replace(without_state(CERTIFICATE, VALIDATION_FAILED), moved={VALIDATION_FAILED: ISSUED})
    assert world.tell("certificate.revocation_requested", "failed-1").outcome is Outcome.PARKED
    desk = load(catalogue_with(revoking))
    assert [row.event for row in rows_of(desk, "failed-1")][-2:] == [
        DEFINITION_MIGRATED,
        "certificate.revocation_requested",
    ]
    assert is_sound(desk, "failed-1")


def test_a_past_moment_in_a_state_of_an_earlier_version_is_said_to_be_one(world: World, load: Open) -> None:
    then = world.clock.now()
    desk = load(catalogue_with(MOVED))
    with pytest.raises(EarlierDefinitionError, match=r"failed-1 is validation_failed as of .* an earlier version of"):
        questions.eligibility(desk, "failed-1", then)
    assert questions.eligibility(desk, "issued", then).availability is Availability.ACTION_REQUIRED


def test_over_http_such_a_moment_is_a_conflict_with_the_versions(world: World, load: Open) -> None:
    then = world.clock.now()
    desk = load(catalogue_with(MOVED))
    with TestClient(create_app(Wired(desk, Settings(), None, world.clock))) as client:
        answer = client.get("/v1/resources/failed-1/eligibility", params={"at": then.isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (409, "earlier_definition")


def test_history_and_life_are_read_as_ever(world: World, load: Open) -> None:
    desk = load(catalogue_with(MOVED))
    assert fold(rows_of(desk, "failed-1")[:3]).state == VALIDATION_FAILED  # type: ignore[union-attr]
    with desk.store.reading() as connection:
        life = lives.of_resources(connection, ["failed-1"])["failed-1"]
        assert inbox.waited(connection, ["failed-1"])["failed-1"] == ({}, [])
    again = retold(desk.policy, life, world.clock.now())
    assert again.resource is not None
    assert (again.resource.state, again.rows[-1].event) == (PENDING, DEFINITION_MIGRATED)
    assert retold(world.desk.policy, life, world.clock.now()).rows[:3] == tuple(life.rows[:3])


def test_nobody_else_may_say_it(world: World) -> None:
    told = world.tell(DEFINITION_MIGRATED, "fresh")
    assert (told.outcome, told.reasons[0].code.key) == (Outcome.REJECTED, "reserved_type")


class TestRefundsUnderWay:
    """A refund under way comes from a state that the version drops."""

    @pytest.fixture
    def in_review(self, world: World) -> World:
        world.pay("dear", product="private_ca", cash_paid="900.00")
        world.tell("ca.enabled", "dear", level="root")
        world.tell("ca.reset", "dear", confirmed_data_deletion=True)
        assert world.ask("dear").accepted
        assert world.status("dear") == "in_review"
        return world

    def test_it_goes_back_to_where_the_mapping_says(self, in_review: World, load: Open) -> None:
        desk = load(catalogue_with(without_state(CA, RESET, moved={RESET: PENDING})))
        row, resource = rows_of(desk, "dear")[-1], questions.view(desk, "dear").resource
        assert (row.event, row.from_state, row.to_state) == (DEFINITION_MIGRATED, REFUNDING, REFUNDING)
        assert resource.refund is not None
        assert resource.refund.origin == PENDING
        assert is_sound(desk, "dear")
        refunds.decide(desk, resource.refund.id, "manager-2", approve=False, reason="no", amount=None)
        assert questions.view(desk, "dear").resource.state == PENDING
        assert is_sound(desk, "dear")

    def test_it_can_still_be_paid(self, in_review: World, load: Open) -> None:
        desk = load(catalogue_with(without_state(CA, RESET, moved={RESET: PENDING})))
        refunds.decide(desk, in_review.refund_id("dear"), "manager-2", approve=True, reason=None, amount=None)
        again = replace(in_review.desk, policy=desk.policy)
        in_review.desk = again
        in_review.later(hours=1)
        assert questions.view(desk, "dear").resource.state == REFUNDED
        assert is_sound(desk, "dear")

    @pytest.mark.parametrize("moved", [{}, {RESET: ISSUED}], ids=["nowhere", "where no refund comes back"])
    def test_it_is_refused_where_it_could_not_give_the_resource_back(
        self, in_review: World, load: Open, moved: dict[str, str]
    ) -> None:
        with pytest.raises(StrandedError, match=r"such as dear \(private_ca, refunding\): a refund asked from reset"):
            load(catalogue_with(without_state(CA, RESET, moved=moved)))

    def test_a_state_that_stays_must_take_it_back_too(self, in_review: World, load: Open) -> None:
        unrefundable = replace(CA, refundable=(Refundable(PENDING),))
        with pytest.raises(StrandedError, match="keep reset among the refundable states, or in by_override"):
            load(catalogue_with(unrefundable))
        load(catalogue_with(replace(unrefundable, by_override=(RESET,))))

    def test_a_partial_one_in_review_must_be_able_to_follow_consumption(self, world: World, load: Open) -> None:
        world.gateway_with_consumption("half")
        assert world.ask("half").accepted
        whole = tuple(way for way in GATEWAY.refundable if not way.partial)
        with pytest.raises(StrandedError, match="a partial refund asked from issued is in review"):
            load(catalogue_with(replace(GATEWAY, refundable=whole, by_override=(ISSUED,))))


class TestWhatTheDeadlineBinds:
    """A mapping neither spoils nor saves what was done in time or too late."""

    def reset_ca(self, world: World, subject: str) -> None:
        world.pay(subject, product="private_ca")
        world.tell("ca.enabled", subject, level="root")
        world.tell("ca.reset", subject, confirmed_data_deletion=True)

    def test_a_remedy_done_in_time_is_none_any_more_in_a_state_that_is_not_bound(
        self, world: World, load: Open
    ) -> None:
        self.reset_ca(world, "ca")
        desk = load(catalogue_with(without_state(CA, RESET, moved={RESET: PENDING})))
        assert questions.view(desk, "ca").resource.remedied_at is None
        assert is_sound(desk, "ca")

    def test_into_a_bound_state_the_remedy_counts_from_when_it_was_done(self, world: World, load: Open) -> None:
        self.reset_ca(world, "ca")
        done = world.clock.now()
        bound = without_state(CA, RESET, moved={RESET: ISSUED})
        desk = load(catalogue_with(replace(bound, refundable=(Refundable(PENDING), Refundable(ISSUED, True)))))
        assert questions.view(desk, "ca").resource.remedied_at == done
        assert is_sound(desk, "ca")

    def test_without_a_remedy_it_counts_from_when_the_state_was_entered(self, world: World, load: Open) -> None:
        entered = world.clock.now()
        bound = replace(
            without_state(CERTIFICATE, VALIDATION_FAILED, moved={VALIDATION_FAILED: REVOKED}),
        )
        desk = load(catalogue_with(bound))
        assert questions.view(desk, "failed-1").resource.remedied_at == entered
        assert is_sound(desk, "failed-1")


@pytest.mark.parametrize(
    ("moved", "fault"),
    [
        ({"lost": PENDING}, "'lost', which is to be moved, is no state"),
        ({ISSUED: PENDING}, "out of 'issued', which the product has"),
        ({REFUNDED: PENDING}, "cannot be moved out of 'refunded'"),
        ({REFUNDING: PENDING}, "cannot be moved out of 'refunding'"),
        ({VALIDATION_FAILED: REFUNDED}, "cannot be moved into 'refunded'"),
        ({VALIDATION_FAILED: RESET}, "moved to 'reset', which is no state of the product"),
    ],
)
def test_a_mapping_that_cannot_be_is_a_fault_of_the_definition(moved: dict[str, str], fault: str) -> None:
    with pytest.raises(DefinitionError, match=fault):
        catalogue_with(replace(NO_FAILED_STATE, moved=moved))


def test_the_mapping_is_part_of_the_version_and_its_absence_is_not() -> None:
    assert MOVED.definition_hash != NO_FAILED_STATE.definition_hash
    assert MOVED.content["moved"] == {VALIDATION_FAILED: PENDING}
    assert "moved" not in CERTIFICATE.content


def test_an_event_for_a_resource_of_no_product_is_answered(world: World, load: Open) -> None:
    """Another version may bring resources that the one here knows nothing of."""
    desk = deciding_by(catalogue_without("https_acceleration_gateway"), world)
    with pytest.raises(EarlierDefinitionError, match="gateway is of the product https_acceleration_gateway"):
        questions.eligibility(desk, "gateway")
    assert ingest(desk, [world.message("refund.requested", "gateway")])[0].outcome is Outcome.REJECTED
