"""Bodies that are no CloudEvents, or hardly: an answer that says so, never a 500, and nothing kept."""

import json
from typing import Any

import httpx2 as httpx
import pytest

from tests.robustness.tellings import BATCH, STRUCTURED, is_problem, paid, told

NESTED = '{"specversion":"1.0","id":"deep","source":"/s","type":"certificate.issued","subject":"r","data":{"x":%s}}'
NOT_CLOUDEVENTS = {
    "empty": b"",
    "cut off": b'{"specversion":"1.0","id":',
    "two values": b"{} {}",
    "trailing comma": b'{"id":"1",}',
    "single quotes": b"{'id': '1'}",
    "not UTF-8": b'{"specversion":"1.0","id":"\xff\xfe","source":"/s"}',
    "latin-1": '{"specversion":"1.0","id":"é","source":"/s"}'.encode("latin-1"),
    "NaN": b'{"specversion":"1.0","id":NaN}',
    "Infinity": b'{"specversion":"1.0","data":{"x":-Infinity}}',
    "an integer of 5000 digits": b'{"specversion":"1.0","data":{"x":' + b"9" * 5000 + b"}}",
    "nested 100,000 deep": b"[" * 100_000,
    "an object nested 100,000 deep": (NESTED % ("[" * 100_000 + "]" * 100_000)).encode(),
    "a number": b"1",
    "a text": b'"order.paid"',
    "null": b"null",
    "an array": b"[]",
    "an object of something else": b'{"amount": 5}',
    "zip": b"PK\x03\x04\x00\x00\x00\x00",
}


@pytest.mark.parametrize("body", NOT_CLOUDEVENTS.values(), ids=NOT_CLOUDEVENTS.keys())
def test_a_body_that_is_no_cloudevent_is_a_400(stranger: httpx.Client, body: bytes) -> None:
    assert is_problem(stranger.post("/v1/events", content=body, headers=STRUCTURED), 400, "not_cloudevents")


@pytest.mark.parametrize("body", [b"{}", b"1", b"null", b'"x"', b"{", b"\xff", b"[" * 100_000])
def test_a_batch_that_is_no_array_is_a_400(stranger: httpx.Client, body: bytes) -> None:
    assert is_problem(stranger.post("/v1/events", content=body, headers=BATCH), 400, "not_cloudevents")


def test_the_answer_names_what_the_body_was_instead(stranger: httpx.Client) -> None:
    assert "an array of CloudEvents" in stranger.post("/v1/events", content=b"{}", headers=BATCH).json()["detail"]
    assert "object" in stranger.post("/v1/events", content=b"{}", headers=BATCH).json()["detail"]
    assert "text" in stranger.post("/v1/events", content=b'"x"', headers=STRUCTURED).json()["detail"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data", "", "/;,"])
def test_another_media_type_without_attributes_is_a_400(stranger: httpx.Client, media_type: str) -> None:
    answer = stranger.post("/v1/events", json=paid("r-1"), headers={"content-type": media_type})
    assert is_problem(answer, 400, "not_cloudevents")
    assert stranger.get("/v1/resources/r-1").status_code == 404


@pytest.mark.parametrize("depth", [10, 100, 300, 450, 490, 500, 700, 900, 940, 1000])
def test_nesting_of_any_depth_is_taken_or_turned_away(client: httpx.Client, depth: int) -> None:
    """Whether parked or turned away: what was taken can be let in and read again."""
    body = NESTED % ("[" * depth + "]" * depth)
    answer = client.post("/v1/events", content=body, headers=STRUCTURED)
    assert answer.status_code in (200, 400)
    taken = answer.status_code == 200 and answer.json()["results"][0]["outcome"] == "parked"
    assert taken or depth > 100
    events = [paid("r"), told("certificate.application_submitted", "r", "submitted")]
    results = client.post("/v1/events", json=events, headers=BATCH).json()["results"]
    assert [one["outcome"] for one in results] == ["applied", "applied"]
    for view in ("", "/history", "/eligibility", "/eligibility?at=2026-03-01T12:00:00Z"):
        assert client.get(f"/v1/resources/r{view}").status_code == 200
    assert client.get("/v1/resources/r").json()["state"] == ("issued" if taken else "verifying")


def test_one_unusable_event_spoils_nothing_beside_it(client: httpx.Client) -> None:
    odd: list[Any] = [1, None, "text", [], {}, True, 1.5, {"id": "x"}, {"data_base64": "@"}, {"data_base64": 5}]
    results = client.post("/v1/events", json=[*odd, paid("r-1"), *odd], headers=BATCH).json()["results"]
    outcomes = [one["outcome"] for one in results]
    assert outcomes == ["rejected"] * len(odd) + ["applied"] + ["rejected"] * len(odd)
    assert all(one["reasons"] for one in results if one["outcome"] == "rejected")
    assert client.post("/v1/events", json=[], headers=BATCH).json() == {"results": []}


def test_a_number_beyond_every_float_spoils_only_its_event(client: httpx.Client) -> None:
    good = json.dumps(paid("r-1"))
    bad = json.dumps(paid("r-2", units="?")).replace('"?"', "1e400")
    body = f"[{bad}, {good}]"
    results = client.post("/v1/events", content=body, headers=BATCH).json()["results"]
    assert [one["outcome"] for one in results] == ["rejected", "applied"]
    assert results[0]["reasons"][0]["code"] == "bad_data"


def test_ten_megabytes_are_too_many_and_nothing_of_them_is_kept(client: httpx.Client) -> None:
    filler = "x" * 1024
    body = json.dumps([paid(f"r-{n}", filler=filler) for n in range(10_000)])
    assert len(body) > 10 * 1024 * 1024
    assert is_problem(client.post("/v1/events", content=body, headers=BATCH), 413, "too_large")
    assert client.get("/v1/resources").json() == {"items": [], "next": None}
    assert client.post("/v1/events", json=paid("r-1"), headers=STRUCTURED).status_code == 200


def test_ten_megabytes_in_chunks_of_no_told_length_are_too_many_as_well(stranger: httpx.Client) -> None:
    chunks = (b" " * 65_536 for _ in range(160))
    assert is_problem(stranger.post("/v1/events", content=chunks, headers=BATCH), 413, "too_large")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'"x"', b"{}", b'{"now": 1e400}', b'{"now": "\\ud800"}', b"null"]
)
def test_a_test_clock_told_nonsense_stands_still(stranger: httpx.Client, body: bytes) -> None:
    answer = stranger.put("/v1/test-clock", content=body, headers={"content-type": "application/json"})
    assert is_problem(answer, 400, "bad_request")
    assert stranger.put("/v1/test-clock", json={"now": "2026-03-02T00:00:00Z"}).status_code == 200
