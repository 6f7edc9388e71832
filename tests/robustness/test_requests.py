"""Requests for what is not there, in ways that are not offered, with parameters that mean nothing."""

from urllib.parse import quote

import httpx2 as httpx
import pytest

from tests.robustness.tellings import STRUCTURED, is_problem, paid


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=1001", "limit=x", "limit=1.5", "limit=", "limit=1e3", "limit=%00",
        "limit=" + "9" * 400, "limit=" + "9" * 5000, "product=toaster", "product=", "product=%00", "state=Pending",
        "state=", "window=ajar", "availability=maybe", "closing_before=tomorrow", "closing_before=2026-03-09",
        "closing_before=", "cursor=%C3%A9", "cursor=%ff", "cursor=a", "cursor=AAAA", "cursor=%00", "account_id=%00",
        "order_id=a%00b",
    ],
)  # fmt: skip
def test_a_parameter_that_means_nothing_is_a_400(stranger: httpx.Client, query: str) -> None:
    answer = stranger.get(f"/v1/resources?{query}")
    assert is_problem(answer, 400, "bad_request")
    assert query.split("=")[0] in answer.json()["detail"]


@pytest.mark.parametrize("query", ["cursor=LTE", "cursor=MWE", "cursor=OTk5OTk5OTk5OTk5", "cursor=%C2%B2", "limit=0"])
def test_a_history_is_paged_by_its_own_cursors(client: httpx.Client, query: str) -> None:
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    assert is_problem(client.get(f"/v1/resources/r/history?{query}"), 400, "bad_request")
    assert client.get("/v1/resources/r/history?limit=1").status_code == 200


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-03-01", "2026-03-01T10:00:00", "1969-01-01T00:00:00Z", "1", "\x00"]
)
def test_an_instant_that_is_none_is_a_400(client: httpx.Client, at: str) -> None:
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    assert is_problem(client.get(f"/v1/resources/r/eligibility?at={quote(at)}"), 400, "bad_request")


def test_an_offset_may_be_written_with_a_bare_plus(client: httpx.Client) -> None:
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    answer = client.get("/v1/resources/r/eligibility?at=2026-03-01T13:00:00+01:00")
    assert answer.json()["as_of"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v1/", "/v2/events", "/v1/events/", "/v1/resource", "/assets/", "/assets/%00",
             "/%00", "/%ff", "/v1/resources/", "/v1/resources/none", "/v1/resources/%00", "/healthz/x"],
)  # fmt: skip
def test_an_unknown_path_is_a_problem(stranger: httpx.Client, path: str) -> None:
    assert is_problem(stranger.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_an_unknown_method_is_a_problem_that_names_the_known_one(stranger: httpx.Client, method: str) -> None:
    answer = stranger.request(method, "/v1/events")
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


def test_a_resource_cannot_be_written_by_its_address(client: httpx.Client) -> None:
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        assert is_problem(client.request(method, "/v1/resources/r"), 405, "method_not_allowed")
    assert client.get("/v1/resources/r").json()["state"] == "pending"


def test_headers_of_any_kind_do_no_harm(stranger: httpx.Client) -> None:
    odd = {
        "content-type": "application/cloudevents+json",
        "accept": "\x80",
        "cookie": "a" * 8000,
        "refundry-actor": "\xff",
    }
    raw = [(name.encode(), value.encode("latin-1")) for name, value in odd.items()]
    assert stranger.post("/v1/events", content=b"{}", headers=raw).status_code == 400
    assert stranger.get("/v1/resources", headers=raw).status_code == 200
