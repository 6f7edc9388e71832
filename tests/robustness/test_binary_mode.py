"""CloudEvents in binary mode: the attributes as headers, the data as the body."""

import json

import httpx2 as httpx
import pytest

from tests.robustness.tellings import is_problem, paid

PAID = paid("r-1")


def headers(**more: str) -> dict[str, str]:
    told = {f"ce-{name}": PAID[name] for name in ("specversion", "id", "source", "type", "subject", "time")}
    return {**told, "content-type": "application/json"} | {f"ce-{name}": value for name, value in more.items()}


def post(client: httpx.Client, body: bytes | None = None, **more: str) -> httpx.Response:
    content = json.dumps(PAID["data"]).encode() if body is None else body
    return client.post("/v1/events", content=content, headers=headers(**more))


def test_an_event_in_binary_mode_is_the_same_event_in_structured_mode(client: httpx.Client) -> None:
    assert post(client).json()["results"][0]["outcome"] == "applied"
    structured = {"content-type": "application/cloudevents+json"}
    again = client.post("/v1/events", json=PAID, headers=structured).json()["results"][0]
    assert again["outcome"] == "duplicate"


def test_headers_are_percent_decoded(client: httpx.Client) -> None:
    found = post(client, subject="%E2%82%AC%20%22x%22%2F%25", id="a%0Ab").json()["results"][0]
    assert (found["outcome"], found["resource_id"], found["id"]) == ("applied", '€ "x"/%', "a\nb")
    assert client.get("/v1/resources/%E2%82%AC%20%22x%22%2F%25").json()["id"] == '€ "x"/%'


@pytest.mark.parametrize("value", ["%ff", "%E2%82", "%ed%a0%80", "a%80b"])
@pytest.mark.parametrize("name", ["id", "subject", "anything"])
def test_a_header_that_decodes_to_no_text_is_a_400(stranger: httpx.Client, name: str, value: str) -> None:
    answer = post(stranger, **{name: value})
    assert is_problem(answer, 400, "not_cloudevents")
    assert f"ce-{name}" in answer.json()["detail"]


@pytest.mark.parametrize("value", ["%00", "a%00b", "x" * 257])
def test_a_header_that_decodes_to_no_name_is_rejected(stranger: httpx.Client, value: str) -> None:
    assert post(stranger, subject=value).json()["results"][0]["outcome"] == "rejected"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"x": NaN}', b"no json"])
def test_a_body_that_is_no_json_is_a_400(stranger: httpx.Client, body: bytes) -> None:
    assert is_problem(post(stranger, body), 400, "not_cloudevents")


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'"x"', b"null", b"{}"])
def test_data_that_is_no_payment_is_rejected(stranger: httpx.Client, body: bytes) -> None:
    found = post(stranger, body).json()["results"][0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "bad_data")


def test_a_missing_attribute_is_rejected(stranger: httpx.Client) -> None:
    for name in ("specversion", "id", "source", "type", "subject"):
        told = headers()
        del told[f"ce-{name}"]
        found = stranger.post("/v1/events", json=PAID["data"], headers=told).json()["results"][0]
        assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "malformed")
        assert name in found["reasons"][0]["message"]
