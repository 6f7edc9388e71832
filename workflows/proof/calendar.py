"""The deadline worked out a second time, by walking the local calendar instead of halving."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflows.rules import Rules

DAY = timedelta(days=1)


def expected_deadline(rules: Rules, promotion: str | None, paid_at: datetime) -> datetime:
    """The first instant from which on the local date is past the last day of the window for good."""
    terms = rules.promotions.get(promotion) if promotion is not None else None
    days = rules.window.days if terms is None or terms.window_days is None else terms.window_days
    if rules.window.convention == "exact":
        return paid_at + timedelta(hours=24 * days)
    local = ZoneInfo(rules.window.zone)
    last = paid_at.astimezone(local).date() + timedelta(days=days)
    moment = datetime.combine(last, time(), UTC) + 3 * DAY
    for stride in (timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)):
        while (moment - stride).astimezone(local).date() > last:
            moment -= stride
    return moment


def clock_changes(rules: Rules) -> Iterator[datetime]:
    """The days, as UTC midnights, on which the clocks change in the zone of the rules, the first of them first."""
    local = ZoneInfo(rules.window.zone)
    for day in days_of(rules):
        if day.astimezone(local).utcoffset() != (day + DAY).astimezone(local).utcoffset():
            yield day


def days_of(rules: Rules) -> Iterator[datetime]:
    first = rules.effective_from.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return (first + number * DAY for number in range(400))


def edges_of_days(rules: Rules) -> Iterator[datetime]:
    """Instants of payment on which a count of calendar days turns: the first and the last instant of local days."""
    local = ZoneInfo(rules.window.zone)
    for number, day in enumerate(days_of(rules)):
        edge = time() if number % 2 else time.max
        yield datetime.combine(day.date(), edge, local).astimezone(UTC)
