"""Exports over HTTP: every kind, every format, safe in a spreadsheet, and whole however many portions it takes."""

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from pyarrow import parquet as pq
from starlette.testclient import TestClient

from entrypoints.exports.lines import as_csv
from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence.extracts import Events, Rows
from persistence.listing import Filter
from persistence.refunds import Filter as RefundFilter
from service import exports
from service.export_columns import Column, Kind
from service.exports import Extract
from tests.money.world import World

KINDS = ("resources", "refunds", "history", "events", "refusals")


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    world.pay("=cmd()", account_id="@sum")
    world.pay('a,"b\nc/é')
    world.pay("jpy", currency="JPY", cash_paid="300", coupon_paid="0")
    world.ask('a,"b\nc/é', "ann")
    world.ask('a,"b\nc/é', "ann")
    world.tell("certificate.issued", "unpaid")
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def table(client: TestClient, path: str) -> list[dict[str, str]]:
    answer = client.get(f"/v1/exports/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def objects(client: TestClient, path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.get(f"/v1/exports/{path}").text.splitlines()]


def test_resources_for_a_spreadsheet(client: TestClient) -> None:
    by_id = {row["id"]: row for row in table(client, "resources")}
    assert set(by_id) == {"'=cmd()", 'a,"b\nc/é', "jpy"}
    formula, refunding, yen = by_id["'=cmd()"], by_id['a,"b\nc/é'], by_id["jpy"]
    assert (formula["account_id"], formula["availability"], formula["reasons"]) == ("'@sum", "available", "")
    assert [yen[name] for name in ("currency", "cash_minor", "cash")] == ["JPY", "300", "300"]
    assert [formula[name] for name in ("currency", "cash_minor", "cash", "refundable")] == [
        "USD",
        "160",
        "1.60",
        "1.60",
    ]
    assert (refunding["refund_status"], refunding["reasons"]) == ("processing", "refund_in_progress")
    assert formula["deadline_at"] == "2026-03-09T00:00:00Z"


def test_every_other_kind(client: TestClient) -> None:
    [refund] = table(client, "refunds?status=processing")
    assert [refund[name] for name in ("amount", "amount_minor", "requested_by", "partial")] == [
        "1.60",
        "160",
        "ann",
        "false",
    ]
    assert [row["outcome"] for row in table(client, "history?resource_id=a%2C%22b%0Ac%2F%C3%A9")] == [
        "applied",
        "applied",
        "refused",
    ]
    [refusal] = table(client, "refusals")
    assert (refusal["code"], refusal["state"]) == ("refund_in_progress", "refunding")
    assert [row["subject"] for row in table(client, "events?outcome=parked")] == ["unpaid"]
    assert table(client, "events?since=2026-03-01T10:00:01Z") == []
    assert table(client, "history?before=2026-03-01T10:00:00Z") == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_says_the_same(client: TestClient, kind: str) -> None:
    said = objects(client, f"{kind}?format=ndjson")
    assert said
    read = pq.read_table(BytesIO(client.get(f"/v1/exports/{kind}?format=parquet").content))
    assert read.column_names == list(said[0]) == list(table(client, kind)[0])
    for name in read.column_names:
        parquet = read.column(name).to_pylist()
        assert len(parquet) == len(said)
        if name in ("id", "subject", "resource_id", "seq", "amount_minor", "partial", "code"):
            assert parquet == [row[name] for row in said]
        if name in ("cash", "amount", "refundable"):
            assert [str(value) for value in parquet] == [f"{float(row[name]):.4f}" for row in said]


def test_filters_narrow(client: TestClient) -> None:
    assert [row["id"] for row in objects(client, "resources?format=ndjson&currency=JPY")] == ["jpy"]
    assert [row["id"] for row in objects(client, "resources?format=ndjson&availability=in_progress")] == ['a,"b\nc/é']
    assert objects(client, "resources?format=ndjson&account_id=nobody") == []
    assert table(client, "resources?account_id=nobody") == []
    assert [one["id"] for one in client.get("/v1/resources?currency=JPY").json()["items"]] == ["jpy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("resources?format=xlsx", 400),
        ("resources?product=lost", 400),
        ("refunds?status=lost", 400),
        ("events?since=yesterday", 400),
        ("bulk-results?run_id=none", 404),
        ("nothing", 404),
    ],
)
def test_mistakes_are_problems(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/v1/exports/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_portions_join_without_gap_or_repetition(world: World) -> None:
    for number in range(7):
        world.pay(f"r-{number}")
        world.ask(f"r-{number}")
        world.ask(f"r-{number}")
    desk, now = world.desk, world.clock.now()
    for made, count in (
        (exports.of_resources(desk, Filter(at=now), portion=3), 7),
        (exports.of_refunds(desk, RefundFilter(), portion=3), 7),
        (exports.of_history(desk, Rows(), portion=3), 21),
        (exports.of_refusals(desk, Rows(refused_only=True), portion=3), 7),
        (exports.of_events(desk, Events(), portion=3), 21),
    ):
        portions = list(made.portions)
        rows = [row for some in portions for row in some]
        assert (len(rows), len(set(rows))) == (count, count), made.name
        assert max(len(some) for some in portions) <= 3


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula_and_every_number_stays_one(sign: str) -> None:
    columns = [Column("text", Kind.TEXT, str), Column("whole", Kind.WHOLE, int), Column("amount", Kind.AMOUNT, str)]
    extract = Extract("x", columns, iter([[(f"{sign}1+1", -5, "1.60"), (f"a{sign}", 5, None)]]))
    rows = list(csv.reader(StringIO(b"".join(as_csv(extract)).decode(), newline="")))
    assert rows == [["text", "whole", "amount"], [f"'{sign}1+1", "-5", "1.60"], [f"a{sign}", "5", ""]]
