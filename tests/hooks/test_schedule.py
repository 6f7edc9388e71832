"""When it is tried again: the schedule, chance, and what receivers wish."""

from datetime import UTC, datetime, timedelta

import pytest

from service.hooks.outgoing import Answer
from service.hooks.schedule import JITTER, MOST_TRIES, WAITS, retry_after, verdict

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
FAILED = Answer(500, 1)


def retry_at(answer: Answer, tries: int, chance: float = 0.0) -> datetime | None:
    return verdict(answer, tries, None, NOW, lambda: chance).retry_at


def test_schedule_is_the_published_one() -> None:
    seconds = [wait.total_seconds() for wait in WAITS]
    assert seconds == [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
    assert [retry_at(FAILED, tries) for tries in range(1, MOST_TRIES + 1)] == [*(NOW + wait for wait in WAITS), None]


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_chance_brings_a_retry_forward_by_a_tenth_at_most(chance: float) -> None:
    found = retry_at(FAILED, 4, chance)
    assert found is not None
    assert timedelta(hours=2) * (1 - JITTER) < found - NOW <= timedelta(hours=2)
    assert found == NOW + timedelta(hours=2) * (1 - JITTER * chance)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 01 Mar 2026 10:30:00 GMT", 1800),
        ("Sunday, 01-Mar-26 10:30:00 GMT", 1800),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 0),
        ("Sun, 01 Mar 2026 10:30:00", 1800),
        (None, 0),
        ("", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("²", 0),
        ("Sun, 99 Mar 2026 10:30:00 GMT", 0),
        ("9" * 5000, 86_400),
    ],
)
def test_retry_after_is_read(told: str | None, seconds: float) -> None:
    assert retry_after(told, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("told", "tries", "wait"),
    [
        ("60", 1, timedelta(seconds=60)),
        ("1", 1, timedelta(seconds=5)),
        ("60", 4, timedelta(hours=2)),
        ("90000", 1, timedelta(hours=24)),
        ("Wed, 01 Apr 2026 10:00:00 GMT", 7, timedelta(hours=24)),
    ],
)
def test_longer_wish_is_obeyed_up_to_a_day(told: str, tries: int, wait: timedelta) -> None:
    assert retry_at(Answer(503, 1, retry_after=told), tries) == NOW + wait


def test_wish_does_not_bring_a_dead_delivery_back() -> None:
    assert retry_at(Answer(503, 1, retry_after="60"), MOST_TRIES) is None


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_success(status: int) -> None:
    assert Answer(status, 1).success
    assert retry_at(Answer(status, 1), 1) is None


@pytest.mark.parametrize("status", [199, 300, 301, 304, 307, 400, 404, 429, 500, 503, None])
def test_anything_else_is_not(status: int | None) -> None:
    assert not Answer(status, 1).success
    assert retry_at(Answer(status, 1), 1) == NOW + WAITS[0]


def test_patience_ends_after_five_days_without_a_success() -> None:
    for days, disabled in ((4.99, False), (5, True)):
        found = verdict(FAILED, 1, NOW - timedelta(days=days), NOW, lambda: 0.0)
        assert (found.disabled_reason is not None) == disabled
