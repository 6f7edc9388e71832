"""The end of the window by the calendar on the wall, in zones that skip and repeat hours and whole days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflows.window import WindowTerms, window_at
from workflows.words import Window

ODD = (
    "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "America/Havana", "America/St_Johns", "Pacific/Apia",
    "Australia/Lord_Howe", "America/Scoresbysund", "Asia/Tehran", "Africa/Casablanca", "Asia/Gaza",
    "Pacific/Kiritimati", "Antarctica/Troll", "America/Asuncion", "Europe/Dublin",
    "Asia/Kathmandu", "America/Santiago", "Africa/Monrovia",
)  # fmt: skip
ZONES = st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})))
INSTANTS = st.integers(86_400, 2_366_841_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MICROSECOND = timedelta(microseconds=1)


def day_exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone's calendar shows the day at all: Samoa had no 30 December 2011."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return any((noon + timedelta(minutes=15 * n)).astimezone(zone).date() == day for n in range(-120, 120))


def transitions(zone: ZoneInfo, year: int) -> list[datetime]:
    """Instants of the year about which the zone's clocks are turned, to the day."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    return [
        day
        for day in days
        if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset()
    ]


@settings(max_examples=600)
@given(paid_at=INSTANTS, zone=ZONES, days=st.integers(1, 30))
@example(datetime(2011, 12, 23, 12, tzinfo=UTC), "Pacific/Apia", 7)
@example(datetime(2011, 12, 29, 12, tzinfo=UTC), "Pacific/Apia", 1)
@example(datetime(2018, 2, 10, 12, tzinfo=UTC), "America/Sao_Paulo", 7)
@example(datetime(2018, 10, 27, 12, tzinfo=UTC), "America/Sao_Paulo", 7)
@example(datetime(2009, 10, 25, 12, tzinfo=UTC), "America/St_Johns", 6)
@example(datetime(2023, 10, 21, 12, tzinfo=UTC), "Asia/Beirut", 7)
@example(datetime(2010, 9, 2, 12, tzinfo=UTC), "Africa/Cairo", 7)
@example(datetime(2025, 10, 26, 12, tzinfo=UTC), "America/Havana", 6)
@example(datetime(2026, 3, 29, 12, tzinfo=UTC), "Australia/Lord_Howe", 7)
def test_the_window_ends_with_the_last_day_on_the_wall(paid_at: datetime, zone: str, days: int) -> None:
    local = ZoneInfo(zone)
    deadline = WindowTerms(days=days, zone=zone).deadline_after(paid_at)
    last_day = paid_at.astimezone(local).date() + timedelta(days=days)
    before = (deadline - MICROSECOND).astimezone(local).date()
    assert before == last_day or (not day_exists(last_day, local) and before < last_day)
    for minutes in (*range(180), *range(180, 3 * 1440, 15)):
        assert (deadline + timedelta(minutes=minutes)).astimezone(local).date() > last_day
    assert (window_at(deadline - MICROSECOND, deadline, None), window_at(deadline, deadline, None)) == (
        Window.OPEN,
        Window.CLOSED,
    )


@settings(max_examples=150)
@given(zone=st.sampled_from(ODD), year=st.integers(1975, 2037), shift=st.integers(-36, 36), data=st.data())
def test_so_it_does_where_clocks_are_turned_on_that_day(zone: str, year: int, shift: int, data: st.DataObject) -> None:
    """Payments whose last day is a day on which, or beside which, the zone's clocks are turned."""
    turned = transitions(ZoneInfo(zone), year)
    if not turned:
        return
    last = data.draw(st.sampled_from(turned)) + timedelta(hours=shift)
    test_the_window_ends_with_the_last_day_on_the_wall.hypothesis.inner_test(last - timedelta(days=7), zone, 7)


@settings(max_examples=200)
@given(paid_at=INSTANTS, days=st.integers(1, 3650), zone=ZONES)
def test_exact_days_are_24_hours_each_wherever_one_is(paid_at: datetime, days: int, zone: str) -> None:
    terms = WindowTerms(days=days, convention="exact", zone=zone)
    assert terms.deadline_after(paid_at) - paid_at == timedelta(hours=24 * days)


@settings(max_examples=200)
@given(paid_at=INSTANTS, zone=ZONES, days=st.integers(1, 30), later=st.timedeltas(timedelta(), timedelta(days=40)))
def test_who_pays_later_has_no_less_time(paid_at: datetime, zone: str, days: int, later: timedelta) -> None:
    terms = WindowTerms(days=days, zone=zone)
    assert terms.deadline_after(paid_at) <= terms.deadline_after(paid_at + later)
    assert terms.deadline_after(paid_at) > paid_at
