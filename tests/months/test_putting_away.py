"""A month put away: only where nothing waits; afterwards every answer is right, or says what is not here any more."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from entrypoints.cli.main import app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings, SettingsError
from persistence import counts
from persistence.cohorts import Cohort
from persistence.counts import Moment, Population
from persistence.database import open_engine
from persistence.errors import StoreBusyError
from persistence.months import MONTHLY, Month
from persistence.store import Store
from service import checking, cohorts, dossier, putting_away, questions, refund_file, simulations
from service.cohorts import Inquiry
from service.copying import Copying
from service.ingest import ingest
from service.opening import look_at
from service.putting_away import MonthError
from service.supposition import Supposition
from service.verification.data import check_data
from service.verification.sums import check_sums
from tests.dashboard.conftest import BROWSER
from tests.databases import empty_sqlite_url, fresh_sqlite_url, quick_engine
from tests.money.world import RULES, World
from tests.months.conftest import settle
from tests.robustness.services import InThread
from tests.verification.tampering import Tampering
from workflows.diagrams.overlay import Tally
from workflows.history import PUT_AWAY, PutAwayError
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

MARCH, MAY, JUNE = Month(2026, 3), Month(2026, 5), Month(2026, 6)
BEFORE, SINCE = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 10, tzinfo=UTC)
KEPT = 1


def reasons(world: World, month: Month, keep: int | None = KEPT) -> str:
    with pytest.raises(MonthError, match=f"^{month} cannot be put away: ") as told:
        putting_away.put_away(world.desk, month, keep)
    held = next((one for one in putting_away.held(world.desk, keep) if one.month == month), None)
    assert held is None or "; ".join(held.reasons) in str(told.value)
    return str(told.value)


def counted(world: World, at: datetime, past: bool) -> list[dict[str, Tally]]:
    with world.desk.store.reading() as connection:
        moment, everything = Moment(at, past), Population()
        resources = counts.of_resources(connection, moment, everything, lifecycle=True, window=True)
        return [resources, counts.of_refunds(connection, moment, everything)]


def test_each_reason_for_which_a_month_stays(passed: World) -> None:
    world = passed
    assert "it is not over" in reasons(world, JUNE)
    assert "REFUNDRY_KEEP_MONTHS is not set" in reasons(world, MARCH, None)
    assert "the last 3 months are kept" in reasons(world, MARCH, 3)
    assert "there are no rows of it" in reasons(world, Month(2025, 12))
    assert "2026-03 is older and still here" in reasons(world, MAY, 0)
    assert "2 events told in it are unresolved; 2 resources it tells of are not at rest, such as issued" in reasons(
        world, MARCH
    )
    settle(world)
    world.gateway_with_consumption("open")
    with world.desk.store.writing() as connection:
        connection.execute(text("UPDATE outbox SET done_at = NULL WHERE id = 1"))
    assert "1 entries of its outbox are not done" in reasons(world, MARCH)


def test_broken_chains_are_not_put_away(settled: World, passed_url: str) -> None:
    tampering = Tampering(passed_url)
    tampering.do("UPDATE history SET data = '{\"a\": 1}' WHERE resource_id = 'issued' AND seq = 2")
    tampering.close()
    assert "row 2 of issued does not follow: hash" in reasons(settled, MARCH)


@pytest.fixture
def meanwhile(passed_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Has others run a statement while it is worked out what a month amounts to; they wait for two seconds at most."""
    engine = open_engine(passed_url)
    anchor = putting_away.putting_away.anchor

    def have(statement: str) -> None:
        def anchored(connection: Connection, month: Month, now: datetime) -> int:
            with engine.begin() as other:
                other.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
                other.exec_driver_sql(statement)
            return anchor(connection, month, now)

        monkeypatch.setattr(putting_away.putting_away, "anchor", anchored)

    yield have
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE outbox SET tries = tries", "UPDATE inbox SET detail = detail", "DELETE FROM outbox WHERE id < 0"],
)
def test_who_works_on_all_months_meanwhile_is_not_kept_waiting(
    settled: World, meanwhile: Callable[[str], None], statement: str
) -> None:
    """Otherwise each would hold what the other waits for: they the tables, we the month."""
    meanwhile(statement)
    assert putting_away.put_away(settled.desk, MARCH, KEPT)["history"] > 0


def test_what_comes_to_wait_meanwhile_keeps_a_month_here(settled: World, meanwhile: Callable[[str], None]) -> None:
    meanwhile("UPDATE outbox SET done_at = NULL WHERE id = 1")
    with pytest.raises(MonthError, match=r"^2026-03 cannot be put away: 1 entries of its outbox are not done$"):
        putting_away.put_away(settled.desk, MARCH, KEPT)
    assert not putting_away.held(settled.desk, KEPT)[0].put_away


def test_nobody_writes_history_of_a_month_that_is_being_put_away(
    settled: World, meanwhile: Callable[[str], None]
) -> None:
    meanwhile("INSERT INTO history SELECT * FROM history WHERE resource_id = 'issued' AND seq = 1")
    with pytest.raises(StoreBusyError) as told:
        putting_away.put_away(settled.desk, MARCH, KEPT)
    assert "INSERT INTO history" in str(told.value.__cause__)


def test_a_month_put_away_stays_beside_the_others_and_still_refuses_change(settled: World, passed_url: str) -> None:
    with settled.desk.store.reading() as connection:
        told = {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in MONTHLY}
    rows = putting_away.put_away(settled.desk, MARCH, KEPT)
    engine = open_engine(passed_url)
    with engine.connect() as connection:
        for table in MONTHLY:
            left = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            away = connection.exec_driver_sql(f"SELECT count(*) FROM {table}_2026_03").scalar_one()
            assert 0 < away == rows[table] == told[table] - left
    for statement in ("UPDATE history_2026_03 SET actor = 'x'", "TRUNCATE history_2026_03"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    held = putting_away.held(settled.desk, KEPT)[0]
    assert held.put_away and held.reasons == ("it is put away already",)
    assert "it is put away already" in reasons(settled, MARCH)


def test_afterwards_everything_verifies_and_goes_on(settled: World, passed_url: str, tmp_path: Path) -> None:
    world = settled
    putting_away.put_away(world.desk, MARCH, KEPT)
    assert check_data(world.desk).findings.violations == {}
    assert check_sums(world.desk).wrong == []
    world.tell("certificate.revocation_completed", "issued")
    assert world.events("issued") == [
        PUT_AWAY, "certificate.revocation_requested", "certificate.revocation_completed",
    ]  # fmt: skip
    world.ask("failed")
    world.later(hours=1)
    assert refund_file.refund_file(world.desk, world.refund_id("failed")).asked.before.state == "pending"
    target = empty_sqlite_url(tmp_path)
    Copying(Store(open_engine(passed_url)), open_engine(target), CATALOGUE).make(lambda _count: None)
    there = look_at(quick_engine(target), CATALOGUE, world.clock)
    assert check_data(there).findings.violations == {}
    assert [row.event for row in questions.rows_of(there, "issued", 0, 9)] == world.events("issued")
    world.later(days=40)
    putting_away.put_away(world.desk, MAY, KEPT)
    assert check_data(world.desk).findings.violations == {}
    assert check_sums(world.desk).wrong == []


def test_an_event_of_a_month_that_is_put_away_is_still_told_once(settled: World) -> None:
    with settled.desk.store.reading() as connection:
        query = "SELECT source, event_id, fingerprint FROM inbox WHERE subject = 'paid' AND type = 'order.paid'"
        source, event_id, _ = connection.exec_driver_sql(query).one()
    putting_away.put_away(settled.desk, MARCH, KEPT)
    message = settled.message("certificate.issued", "paid")
    message.attributes.update({"source": source, "id": event_id})
    (result,) = ingest(settled.desk, [message])
    assert (result.outcome, [reason.code.key for reason in result.reasons]) == ("rejected", ["id_reused"])


def test_counts_are_what_they_were_or_are_not_given(settled: World) -> None:
    world, now = settled, settled.clock.now()
    then = [counted(world, SINCE, past=True), counted(world, now, past=False)]
    refund = world.refund_id("credited")
    putting_away.put_away(world.desk, MARCH, KEPT)
    assert [counted(world, SINCE, past=True), counted(world, now, past=False)] == then
    asked = (
        lambda: counted(world, BEFORE, past=True),
        lambda: questions.eligibility(world.desk, "paid", BEFORE),
        lambda: refund_file.refund_file(world.desk, refund),
        lambda: simulations.simulate(world.desk, Supposition("paid", None, instants=(BEFORE,))),
        lambda: simulations.simulate(world.desk, Supposition("paid", None, rules=parse_rules(RULES))),
        lambda: cohorts.size(world.desk, Inquiry(parse_rules(RULES), Cohort())),
    )
    for one in asked:
        with pytest.raises(PutAwayError, match="put away"):
            one()
    waited = questions.eligibility(world.desk, "issued", SINCE)
    assert (waited.case.resource.state, waited.case.unresolved) == ("issued", 1)
    assert cohorts.size(world.desk, Inquiry(parse_rules(RULES), Cohort(since=MARCH.end))) == 1
    verdict = checking.check(world.desk, CATALOGUE)
    assert (verdict.touched, verdict.lives, verdict.judged.put_away) == (False, 11, 10)


def test_pages_and_answers_say_what_is_put_away(settled: World) -> None:
    putting_away.put_away(settled.desk, MARCH, KEPT)
    said = "history recorded before 2026-04-01T00:00:00Z is put away"
    assert dossier.dossier(settled.desk, "paid", 100).rows[-1].data["reason"] == said
    service = InThread(Wired(settled.desk, Settings(), None, settled.clock))
    told = service.client.get("/v1/resources/paid/history").json()
    assert ([row["event"] for row in told["items"]], told["put_away"]) == ([PUT_AWAY], said)
    past = service.client.get("/v1/resources/paid/eligibility", params={"at": "2026-03-20T00:00:00Z"})
    assert (past.status_code, past.json()["code"]) == (410, "history_put_away")
    asked = ("/v1/refusals", "/v1/refusals/counts", "/v1/reports/lateness")
    assert {service.client.get(one).json()["kept_since"] for one in asked} == {"2026-04-01T00:00:00Z"}
    file = service.client.get("/v1/exports/history", params={"format": "ndjson"})
    assert (file.headers["refundry-kept-since"], "order.paid" in file.text) == ("2026-04-01T00:00:00Z", True)
    for address in ("/resources/paid", "/refusals", "/audit", "/events"):
        page = service.client.get(address, headers=BROWSER)
        assert page.status_code == 200 and "before 2026-04-01T00:00:00Z is put away" in page.text, address
    assert service.client.get("/machines/ssl_certificate", headers=BROWSER).status_code == 200
    service.stop()


def test_by_command_line(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(url, begins=datetime(2021, 3, 1, 10, tzinfo=UTC))
    world.pay("r")
    world.later(days=40)
    world.close()
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", url)
    monkeypatch.setenv("REFUNDRY_KEEP_MONTHS", "12")

    def run(*words: str, status: int = 0) -> Any:
        answer = CliRunner().invoke(app, [*words])
        assert answer.exit_code == status, answer.output
        return answer

    assert "2021-03  may be put away\n  history             2 rows" in run("db", "months").stdout
    first, *ahead = json.loads(run("db", "months", "--json").stdout)["months"]
    assert (first["month"], first["reasons"], {part["place"] for part in first["tables"]}) == (
        "2021-03",
        [],
        {"default"},
    )
    assert [one["reasons"] for one in ahead] == [["it is not over"]] * len(ahead)
    assert "may be put away" in run("db", "detach", "2021-03", "--dry-run").stdout
    run("db", "detach", "2021-03", status=1)
    assert "no month such as 2026-01" in run("db", "detach", "March", status=2).output
    assert "2 rows in history_2021_03" in run("db", "detach", "2021-03", "--yes").stdout
    assert "2021-03  put away" in run("db", "months").stdout
    assert "what was recorded before 2021-04-01T00:00:00Z is put away" in run("export", "history").stderr
    assert isinstance(CliRunner().invoke(app, ["db", "detach", "2021-02"]).exception, MonthError)
    run("verify", "--no-machines", "--recount")


def test_a_retention_that_is_no_number_is_named() -> None:
    assert Settings.from_environment({"REFUNDRY_KEEP_MONTHS": "24"}).keep_months == 24
    for wrong in ("-1", "1.5", "two", "9999999"):
        with pytest.raises(SettingsError, match="it must be a whole number from 0 to 1200"):
            Settings.from_environment({"REFUNDRY_KEEP_MONTHS": wrong})


def test_sqlite_says_that_it_has_no_months(tmp_path: Path) -> None:
    world = World(fresh_sqlite_url(tmp_path))
    assert putting_away.keep_months_ahead(world.desk) == 0
    for ask in (lambda: putting_away.held(world.desk, 1), lambda: putting_away.put_away(world.desk, MARCH, 1)):
        with pytest.raises(MonthError, match="months are PostgreSQL's"):
            ask()
    world.close()
