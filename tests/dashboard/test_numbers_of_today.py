"""Every figure of the page Today equals a recount, row by row, on both databases."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence import closing, stock
from persistence.attempts import ATTEMPT
from persistence.deliveries import DELIVERY
from persistence.history import HISTORY
from persistence.hooks import HOOK
from persistence.inbox import INBOX
from persistence.outbox import OUTBOX
from persistence.resources import REFUND, RESOURCE
from service.desk import Desk
from tests.dashboard.conftest import BROWSER
from tests.dashboard.figures import figures
from tests.dashboard.lively import lively
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url
from tests.reports import recount
from tests.robustness.services import InThread
from workflows.instants import instant_text

ENDS = ("succeeded", "declined", "failed", "reversed")
UNDER_WAY = ("in_review", "approved", "processing", "in_doubt")
Filled = tuple[Desk, str, datetime]


@pytest.fixture(scope="module", params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The desk, the page Today as it is shown, and the moment at which it was made."""
    if request.param == "sqlite":
        url = fresh_sqlite_url(tmp_path_factory.mktemp("today"))
    else:
        url = fresh_postgres_url(request.getfixturevalue("postgres"))
    desk, clock = lively(url)
    service = InThread(Wired(desk, Settings(), None, clock))
    yield desk, service.client.get("/", headers=BROWSER).text, clock.now()
    service.stop()


def test_every_figure_of_the_page_equals_a_recount(world: Filled) -> None:
    desk, page, now = world
    with desk.store.reading() as connection:
        expected = waiting(connection, now) | ended(connection, now) | exposed(connection, now) | late(connection, now)
    expected["switches"] = 1
    assert {name: float(value) for name, value in figures(page).items()} == expected
    assert {"doubts", "payouts", "reviews", "dead", "parked", "hooks", "given_up"} < expected.keys()


def test_no_number_of_the_page_is_without_a_name(world: Filled) -> None:
    """Beside figures, numbers stand in names, instants and limits only."""
    main = re.search(r'<div class="stack-wide" id="today".*?</main>', world[1], re.DOTALL)
    assert main
    marked = r'<(time|data)\b.*?</\1>|<th scope="row">.*?</th>|<span class="(ago|figure)".*?</span>'
    words = re.sub(r"<[^>]+>", " ", re.sub(marked, "", main[0], flags=re.DOTALL))
    limits = {"6 h", "30 min", "24 hours", "12 h", "7 days", "15 min"}
    assert {found.strip() for found in re.findall(r"\d[\d.,]*(?: \w+)?", words)} <= limits


def waiting(connection: Connection, now: datetime) -> dict[str, float]:
    refunds, events, hooks = (list(connection.execute(select(table))) for table in (REFUND, INBOX, HOOK))
    sent: dict[str, datetime] = {}
    for one in connection.execute(select(ATTEMPT).where(ATTEMPT.c.kind == "send")):
        sent[one.refund_id] = max(one.started_at, sent.get(one.refund_id, one.started_at))
    doubts = [sent.get(one.id, one.requested_at) for one in refunds if one.status == "in_doubt"]
    unsent = [one for one in connection.execute(select(OUTBOX)) if one.kind == "pay" and one.done_at is None]
    due = [max(one.due_at, one.leased_until or one.due_at) for one in unsent]
    parked = [one.arrived_at for one in events if one.outcome == "parked"]
    given_up = [one for one in connection.execute(select(DELIVERY)) if one.status == "dead"]
    failing = [one for one in hooks if not one.enabled or one.failing_since]
    found = {
        "reviews": sum(one.status == "in_review" for one in refunds),
        "dead": sum(one.outcome == "dead" for one in events),
        "given_up": sum(one.finished_at >= now - timedelta(days=7) for one in given_up),
        "payouts:waiting": len(due),
        **longer("doubts", doubts, now - timedelta(hours=6)),
        **longer("payouts", due, now - timedelta(minutes=30)),
        **longer("parked", parked, now - timedelta(hours=12)),
        "hooks": len(failing),
        "hooks:all": len(hooks) if len(hooks) > len(failing) else 0,
        **closing_soon(connection, now, now + timedelta(days=1)),
    }
    return {name: float(number) for name, number in found.items() if number}


def longer(name: str, since: list[datetime], until: datetime) -> dict[str, int]:
    old = sum(moment <= until for moment in since)
    return {name: old, f"{name}:all": len(since) if 0 < old < len(since) else 0}


def closing_soon(connection: Connection, now: datetime, until: datetime) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in connection.execute(select(RESOURCE)):
        is_open = one.claimed_at is None and now < one.deadline_at < until
        if is_open and one.before_deadline == "action_required":
            found["closing"] += 1
            found[f"closing:{one.currency}"] += one.before_minor
    return found


def hours_until(now: datetime) -> list[datetime]:
    return [recount.hour(now) - timedelta(hours=back) for back in range(24)]


def ended(connection: Connection, now: datetime) -> dict[str, float]:
    moves = Counter((status, recount.hour(at)) for at, _, status, *_ in recount.moves(connection))
    hours = hours_until(now)
    by_hour = {
        f"refunds:{status}:{instant_text(hour)}": float(moves[status, hour]) for status in ENDS for hour in hours
    }
    sums = {f"refunds:{status}": float(sum(moves[status, hour] for hour in hours)) for status in ENDS}
    assert sum(sums.values()) > 0
    return by_hour | {name: number for name, number in sums.items() if number}


def exposed(connection: Connection, now: datetime) -> dict[str, float]:
    number, sums, by_day = Counter[str](), Counter[tuple[str, str]](), Counter[tuple[str, str, str]]()
    for one in connection.execute(select(RESOURCE)):
        is_open = one.deadline_at > now
        availability = one.before_deadline if is_open else one.from_deadline
        amount = one.before_minor if is_open else one.from_minor
        if availability not in recount.REFUNDABLE or not (one.claimed_at or is_open):
            continue
        number[one.currency] += 1
        sums[one.currency, "missing" if availability == "action_required" else "ready"] += amount
        if one.claimed_at:
            sums[one.currency, "claimed"] += amount
        else:
            day = (one.deadline_at.astimezone(UTC) - timedelta(microseconds=1)).date().isoformat()
            for step in recount.REFUNDABLE:
                by_day[one.currency, step, day] += amount if step == availability else 0
    for _, status, currency, _, amount in recount.refunds(connection):
        if status in UNDER_WAY:
            sums[currency, "under_way"] += amount
    charted = sorted(number, key=lambda currency: (-number[currency], currency))[:4]
    told: dict[str, Any] = {
        f"exposure:{currency}:{what}": amount for (currency, what), amount in sums.items() if amount
    }
    charts = {":".join(("exposure", *key)): amount for key, amount in by_day.items() if key[0] in charted}
    assert len(charts) > 10
    return {name: float(amount) for name, amount in (told | charts).items()}


def late(connection: Connection, now: datetime) -> dict[str, float]:
    query = select(HISTORY.c.recorded_at, RESOURCE.c.late_until).join_from(
        HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id
    )
    rows = connection.execute(query.where(HISTORY.c.event == "refund_window.expired"))
    spans = [recorded - due for recorded, due in rows if recorded >= hours_until(now)[-1]]
    assert max(spans) > timedelta(hours=1)
    median, worst = recount.ranked(spans, 50).total_seconds(), max(spans).total_seconds()
    return {"lateness": float(len(spans)), "lateness:median": median, "lateness:worst": worst}


def test_windows_that_close_before_any_moment_are_counted_to_the_instant(world: Filled) -> None:
    desk, _, now = world
    hour = recount.hour(now)
    moments = [now + timedelta(hours=number) for number in (1, 5, 24, 49)]
    moments += [hour + timedelta(hours=number) for number in (1, 12, 24, 25)]
    midnight = recount.day(now) + timedelta(days=1)
    with desk.store.reading() as connection:
        standing = stock.at(connection, now)
        for until in (*moments, midnight, midnight + timedelta(microseconds=1), midnight + timedelta(days=2)):
            expected = closing_soon(connection, now, until)
            found = closing.unfinished(connection, standing, now, until)
            assert found.number == expected.pop("closing", 0)
            told = {f"closing:{currency}": minor for currency, minor in found.minor.items() if minor}
            assert told == +Counter(expected)
            assert found.first == first_deadline(connection, now, until)


def first_deadline(connection: Connection, now: datetime, until: datetime) -> datetime | None:
    deadlines = [
        one.deadline_at
        for one in connection.execute(select(RESOURCE))
        if one.claimed_at is None and now < one.deadline_at < until and one.before_deadline == "action_required"
    ]
    return min(deadlines, default=None)


def test_what_was_given_up_is_found_through_an_index(world: Filled) -> None:
    query = "SELECT COUNT(*) FROM hook_delivery WHERE status = 'dead' AND finished_at >= '2026-01-01'"
    with world[0].store.reading() as connection:
        if connection.dialect.name == "sqlite":
            plan = list(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = list(connection.execute(text(f"EXPLAIN {query}")))
    assert "delivery_dead" in str(plan)
