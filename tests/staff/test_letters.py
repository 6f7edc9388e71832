"""Parked events and dead letters, looked after by hand."""

import pytest

from service import letters, questions
from service.letters import Filter, ReasonMissingError, ResolvedAlreadyError
from service.questions import NotFoundError
from tests.money.world import World


def arrival_of(world: World, outcome: str) -> int:
    [found] = letters.page(world.desk, Filter(outcome), None, 10)
    return found.event.arrival


def test_a_dead_letter_that_fits_by_now_is_taken_in(world: World) -> None:
    world.pay("r-1")
    world.tell("certificate.issued", "r-1")
    world.later(hours=25)
    dead = arrival_of(world, "dead")
    assert letters.retry(world.desk, dead).outcome == "dead"
    world.tell("certificate.application_submitted", "r-1")
    assert [reason.code.key for reason in world.answer("r-1").reasons][-1] == "events_unresolved"
    assert letters.retry(world.desk, dead).outcome == "applied"
    assert questions.view(world.desk, "r-1").resource.state == "issued"
    assert [reason.code.key for reason in world.answer("r-1").reasons] == ["must_revoke"]


def test_what_a_retried_letter_lets_in_follows(world: World) -> None:
    world.pay("r-1")
    world.tell("certificate.issued", "r-1")
    world.later(hours=25)
    world.tell("certificate.application_submitted", "r-1")
    world.tell("certificate.revocation_requested", "r-1")
    letters.retry(world.desk, arrival_of(world, "dead"))
    assert questions.view(world.desk, "r-1").resource.state == "revoking"


@pytest.mark.parametrize("hours", [1, 25])
def test_a_discarded_event_stands_in_nobody_s_way(world: World, hours: int) -> None:
    world.pay("r-1")
    world.tell("certificate.issued", "r-1")
    world.later(hours=hours)
    waiting = arrival_of(world, "parked" if hours < 24 else "dead")
    found = letters.discard(world.desk, waiting, "operator", "told for the wrong certificate")
    assert (found.outcome, found.detail) == ("discarded", "discarded by operator: told for the wrong certificate")
    assert world.answer("r-1").availability == "available"
    assert world.ask("r-1").accepted
    with pytest.raises(ResolvedAlreadyError):
        letters.discard(world.desk, waiting, "operator", "again")
    with pytest.raises(ResolvedAlreadyError):
        letters.retry(world.desk, waiting)


def test_discarding_needs_a_reason_and_an_event(world: World) -> None:
    world.tell("certificate.issued", "r-1")
    with pytest.raises(ReasonMissingError):
        letters.discard(world.desk, arrival_of(world, "parked"), "operator", " ")
    with pytest.raises(NotFoundError):
        letters.retry(world.desk, 999)


def test_events_are_leafed_through_newest_first(world: World) -> None:
    for number in range(3):
        world.pay(f"r-{number}")
    first = letters.page(world.desk, Filter(), None, 2)
    assert [one.event.subject for one in first] == ["r-2", "r-1"]
    assert [one.event.subject for one in letters.page(world.desk, Filter(), first[-1].event.arrival, 2)] == ["r-0"]
    assert [one.event.type for one in letters.page(world.desk, Filter(subject="r-1"), None, 2)] == ["order.paid"]
