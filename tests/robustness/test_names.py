"""Resource ids of every kind, told and asked for, over real HTTP."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import httpx2 as httpx
import pytest

from tests.robustness.tellings import STRUCTURED, is_problem, paid, told

NAMES = (
    "'", '"', "`", "';DROP TABLE resource;--", "\\", "\\\\server", "a/b", "/", "//", "/etc/passwd", "../..", "..", ".",
    "a/../b", "%", "%2F", "%00", "%ff", "100%", "a b", " ", "+", "?x=1", "#frag", "a;b", "a&b=c", "*", "{id}", "é", "ß",
    "😀", "\u202eabc", "日本", "e\u0301", "a\nb", "\n", "a\n", "\r\n", "\t", "x" * 256, "😀" * 256, "null", "0", "[]",
)  # fmt: skip
TOO_LONG = "x" * 10_000


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_what_was_told_under_a_name_is_found_under_it(stranger: httpx.Client, name: str) -> None:
    told_result = stranger.post("/v1/events", json=paid(name), headers=STRUCTURED).json()["results"][0]
    assert (told_result["outcome"], told_result["resource_id"]) == ("applied", name)
    submitted = told("certificate.application_submitted", name, f"submitted-{name}"[:256])
    stranger.post("/v1/events", json=submitted, headers=STRUCTURED)
    path = quote(name, safe="").replace(".", "%2E")
    assert stranger.get(f"/v1/resources/{path}").json()["id"] == name
    assert stranger.get(f"/v1/resources/{path}/eligibility").json()["resource_id"] == name
    assert stranger.get(f"/v1/resources/{path}/eligibility?at=2026-03-01T11:00:00Z").json()["state"] == "pending"
    assert len(stranger.get(f"/v1/resources/{path}/history").json()["items"]) == 2


def test_pages_of_odd_names_are_complete(client: httpx.Client) -> None:
    events = [paid(name) for name in NAMES]
    headers = {"content-type": "application/cloudevents-batch+json"}
    assert {one["outcome"] for one in client.post("/v1/events", json=events, headers=headers).json()["results"]} == {
        "applied"
    }
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "7"} | ({} if cursor is None else {"cursor": cursor})
        page = client.get("/v1/resources", params=query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(NAMES) and set(seen) == set(NAMES)


def test_a_name_is_never_answered_for_another(client: httpx.Client) -> None:
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    for other in ("R", "r ", " r", "r\n", "\nr", "r/", "/r", "r\x00", "\x00", "r%00", "r.", "%72", "rr", ""):
        assert is_problem(client.get(f"/v1/resources/{quote(other, safe='')}"), 404, "not_found"), other
    assert client.get("/v1/resources/%72").json()["id"] == "r"


def test_ten_thousand_characters_are_too_many_to_tell_and_nothing_to_ask_for(
    client: httpx.Client, database: Path
) -> None:
    found = client.post("/v1/events", json=paid(TOO_LONG), headers=STRUCTURED).json()["results"][0]
    assert (found["outcome"], found["resource_id"]) == ("rejected", None)
    assert "10000 characters long" in found["reasons"][0]["message"]
    for path in ("", "/history", "/eligibility"):
        answer = client.get(f"/v1/resources/{TOO_LONG}{path}")
        assert is_problem(answer, 404, "not_found")
        assert len(answer.text) < 1000
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (0,)


@pytest.mark.parametrize("name", ["id", "source", "type"])
def test_other_names_are_bounded_as_well(stranger: httpx.Client, name: str) -> None:
    found = stranger.post("/v1/events", json=paid("r") | {name: TOO_LONG}, headers=STRUCTURED).json()["results"][0]
    assert found["outcome"] == "rejected"
    assert len(str(found)) < 1000
