"""A scheduler that has fallen silent: it is noticed on the monotonic clock, started anew, and told by /readyz."""

from collections.abc import Iterator
from threading import Event

import pytest

from scheduler.live import Tick
from scheduler.metronome import Metronome
from service.desk import Desk
from tests.robustness.conftest import Hand, Serve
from tests.robustness.services import until
from tests.robustness.tellings import is_problem

SILENT_AFTER_SECONDS = 30.0


class Ticking:
    """What a metronome calls: counts, fails, or hangs, as the test says."""

    def __init__(self) -> None:
        self.calls = 0
        self.at_once = 0
        self.most_at_once = 0
        self.failing = False
        self.going_on = Event()
        self.going_on.set()

    def __call__(self) -> None:
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.going_on.wait()
        self.at_once -= 1
        if self.failing:
            raise RuntimeError("a tick that fails")


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def metronome(ticking: Ticking, hand: Hand) -> Iterator[Metronome]:
    made = Metronome(ticking, every_seconds=0.02, silent_after_seconds=SILENT_AFTER_SECONDS, monotonic=hand)
    made.start()
    yield made
    ticking.going_on.set()
    made.stop()


def more_calls(ticking: Ticking) -> None:
    before = ticking.calls
    until(lambda: ticking.calls > before + 1)


def test_a_scheduler_whose_ticks_complete_is_left_alone(metronome: Metronome, ticking: Ticking, hand: Hand) -> None:
    more_calls(ticking)
    hand.now += SILENT_AFTER_SECONDS - 1
    assert not metronome.is_silent
    more_calls(ticking)
    hand.now += SILENT_AFTER_SECONDS - 1
    assert not metronome.check()
    assert metronome.restarts == 0


def test_failing_ticks_are_no_ticks_and_the_scheduler_is_started_anew(
    metronome: Metronome, ticking: Ticking, hand: Hand
) -> None:
    more_calls(ticking)
    ticking.failing = True
    more_calls(ticking)
    hand.now += SILENT_AFTER_SECONDS + 1
    assert metronome.is_silent
    assert metronome.check()
    more_calls(ticking)
    ticking.failing = False
    until(lambda: not metronome.is_silent)
    assert metronome.restarts == 1


def test_a_scheduler_started_anew_gets_its_time_before_it_is_given_up_again(
    metronome: Metronome, ticking: Ticking, hand: Hand
) -> None:
    ticking.failing = True
    hand.now += SILENT_AFTER_SECONDS + 1
    assert [metronome.check() for _ in range(3)] == [True, False, False]
    hand.now += SILENT_AFTER_SECONDS + 1
    assert [metronome.check() for _ in range(3)] == [True, False, False]
    assert metronome.restarts == 2


def test_a_tick_that_hangs_is_never_joined_by_a_second_one(metronome: Metronome, ticking: Ticking, hand: Hand) -> None:
    more_calls(ticking)
    ticking.going_on.clear()
    until(lambda: ticking.at_once == 1)
    hand.now += SILENT_AFTER_SECONDS + 1
    assert metronome.check()
    before = ticking.calls
    more = Event()
    assert not more.wait(0.2)
    assert (ticking.calls, metronome.is_silent) == (before, True)
    ticking.going_on.set()
    more_calls(ticking)
    until(lambda: not metronome.is_silent)
    assert ticking.most_at_once == 1


def test_slow_beats_are_not_silence(ticking: Ticking, hand: Hand) -> None:
    slow = Metronome(ticking, every_seconds=60.0, silent_after_seconds=SILENT_AFTER_SECONDS, monotonic=hand)
    hand.now += 2 * 60.0
    assert not slow.is_silent
    hand.now += 2 * 60.0
    assert slow.is_silent


def test_the_watchdog_needs_nobody_to_ask(ticking: Ticking) -> None:
    ticking.failing = True
    metronome = Metronome(ticking, every_seconds=0.02, silent_after_seconds=0.1)
    metronome.start()
    until(lambda: metronome.restarts >= 2)
    ticking.failing = False
    until(lambda: not metronome.is_silent)
    metronome.stop()
    stopped_at = ticking.calls
    assert not Event().wait(0.1)
    assert ticking.calls == stopped_at


def test_a_service_with_a_silent_scheduler_is_not_ready(
    desk: Desk, serve: Serve, metronome: Metronome, ticking: Ticking, hand: Hand
) -> None:
    client = serve(desk, metronome)
    assert client.get("/readyz").status_code == 200
    ticking.failing = True
    more_calls(ticking)
    hand.now += SILENT_AFTER_SECONDS + 1
    answer = client.get("/readyz")
    assert is_problem(answer, 503, "scheduler_silent")
    assert "31 seconds" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200
    metronome.check()
    ticking.failing = False
    until(lambda: client.get("/readyz").status_code == 200)


def test_the_live_tick_looks_again_at_what_is_parked_once_a_minute(desk: Desk, hand: Hand) -> None:
    """The tick itself on the hand's clock: nothing is due, and nothing fails."""
    tick = Tick(desk, monotonic=hand)
    for seconds in (0, 59, 61, 61):
        hand.now += seconds
        tick()
