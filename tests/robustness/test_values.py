"""Values that do not belong where they stand: the event is rejected with its reason, and may come again, corrected."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from tests.robustness.tellings import BATCH, STRUCTURED, paid, told

WRONG: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 10**400, "", [], ["x"], {}, {"x": 1}, [[]])
EXPECTED = {"malformed", "bad_data", "unknown_type"}
HALF_A_PAIR, NUL = "\ud800", "\x00"


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every member of a JSON object, and of the objects in it."""
    for name, part in value.items():
        yield (*path, name)
        if isinstance(part, dict):
            yield from places(part, (*path, name))


def replaced(event: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(event)
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return changed


GATEWAY = paid("r", "https_acceleration_gateway", quota_units=300, promotion="spring")
PLACES = {".".join(path): path for path in places(GATEWAY)}


def outcomes(client: httpx.Client, events: list[Any]) -> list[dict[str, Any]]:
    answer = client.post("/v1/events", content=json.dumps(events), headers=BATCH)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES.keys())
def test_a_value_of_the_wrong_type_is_rejected_wherever_it_stands(client: httpx.Client, path: tuple[str, ...]) -> None:
    may_be_null = path in (("time",), ("data", "promotion"))
    may_be_number = path == ("data", "quota_units")
    wrong = [value for value in WRONG if not (may_be_null and value is None)]
    wrong = [value for value in wrong if not (may_be_number and value == 10**400)] + [10**400] * may_be_number
    results = outcomes(client, [replaced(GATEWAY, path, value) for value in wrong])
    assert [one["outcome"] for one in results] == ["rejected"] * len(wrong)
    assert {reason["code"] for one in results for reason in one["reasons"]} <= EXPECTED
    assert client.get("/v1/resources").json()["items"] == []
    assert outcomes(client, [GATEWAY])[0]["outcome"] == "applied"


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES.keys())
def test_a_missing_member_is_rejected_and_named(stranger: httpx.Client, path: tuple[str, ...]) -> None:
    if path in (("time",), ("data", "promotion")):
        return
    event = replaced(GATEWAY, path, None)
    inner: Any = event
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    found = outcomes(stranger, [event])[0]
    assert found["outcome"] == "rejected"
    assert path[-1] in found["reasons"][0]["message"] or path == ("data",)


@pytest.mark.parametrize(
    ("event", "member", "values"),
    [
        ("certificate.application_submitted", "combined", (None, 0, 1, "true", [], {})),
        ("gateway.quota_consumed", "units", (None, True, 0, -5, 1.0, 1.5, "5", 10**12 + 1, 10**400, [], {})),
        ("ca.enabled", "level", (None, True, 0, "", "Root", "leaf", [], ["root"], {})),
        ("ca.reset", "confirmed_data_deletion", (None, 0, 1, "true", [], {})),
        ("deployment.task_created", "feature", (None, True, 0, "", "cloud", [], {})),
        ("refund.requested", "requested_by", (None, True, 0, "", "x" * 257, [], {})),
    ],
)
def test_data_that_does_not_fit_its_event_is_rejected(
    stranger: httpx.Client, event: str, member: str, values: tuple[Any, ...]
) -> None:
    results = outcomes(stranger, [told(event, "r", "1", **{member: value}) for value in values])
    assert [one["reasons"][0]["code"] for one in results] == ["bad_data"] * len(values)
    assert all(member in one["reasons"][0]["message"] for one in results)


@pytest.mark.parametrize("bad", [HALF_A_PAIR, NUL], ids=["half a surrogate pair", "NUL"])
@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_a_name_that_cannot_be_written_is_rejected_and_not_said_back(
    stranger: httpx.Client, name: str, bad: str
) -> None:
    found = outcomes(stranger, [paid("r") | {name: f"a{bad}b"}])[0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "malformed")
    assert found.get({"subject": "resource_id"}.get(name, name)) is None


@pytest.mark.parametrize("bad", [HALF_A_PAIR, NUL], ids=["half a surrogate pair", "NUL"])
@pytest.mark.parametrize("name", ["order_id", "account_id", "product", "currency", "promotion", "note", "a{}b"])
def test_data_that_cannot_be_written_is_rejected(stranger: httpx.Client, name: str, bad: str) -> None:
    member = name.format(bad)
    found = outcomes(stranger, [paid("r", **{member: {"deep": [f"a{bad}b"]} if name == "note" else f"a{bad}b"})])[0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "bad_data")


def test_every_other_character_is_kept_as_it_is(client: httpx.Client) -> None:
    name = "\x01\t\r\n\x7f\u200f\ufeff\uffff\U0010ffff é 😀 '\"\\%;--"
    event = paid("r", order_id=name, account_id=name, promotion=name)
    assert outcomes(client, [event])[0]["outcome"] == "applied"
    found = client.get("/v1/resources", params={"order_id": name, "account_id": name}).json()["items"]
    assert [one["order_id"] for one in found] == [name]
    assert client.get("/v1/resources/r").json()["promotion"] == name


@pytest.mark.parametrize(
    "product", ["", "SSL_certificate", "ssl_certificate ", "toaster", "x" * 257, "refund", "'; --"]
)
def test_an_unknown_product_is_rejected_and_the_known_ones_are_named(stranger: httpx.Client, product: str) -> None:
    found = outcomes(stranger, [paid("r", product)])[0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "bad_data")
    assert product in ("", "x" * 257) or "private_ca" in found["reasons"][0]["message"]


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_no_json_numbers_are_no_cloudevent(stranger: httpx.Client, written: str) -> None:
    body = json.dumps(told("gateway.quota_consumed", "r", "1", units="?")).replace('"?"', written)
    assert stranger.post("/v1/events", content=body, headers=STRUCTURED).status_code == 400


@pytest.mark.parametrize("written", ["1e400", "-1e400", "[1e400]", '{"x": 1e400}', "1e999999999"])
@pytest.mark.parametrize("member", ["units", "note"])
def test_numbers_beyond_every_float_are_rejected(stranger: httpx.Client, member: str, written: str) -> None:
    body = json.dumps(told("gateway.quota_consumed", "r", "1", **{"units": 1, member: "?"})).replace('"?"', written)
    found = stranger.post("/v1/events", content=body, headers=STRUCTURED).json()["results"][0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "bad_data")


def test_a_huge_integer_beside_what_is_asked_for_is_kept_and_harms_nothing(client: httpx.Client) -> None:
    event = paid("r", note=10**4000)
    assert outcomes(client, [event])[0]["outcome"] == "applied"
    assert outcomes(client, [event])[0]["outcome"] == "duplicate"
    assert outcomes(client, [event | {"data": event["data"] | {"note": 1}}])[0]["reasons"][0]["code"] == "id_reused"
    assert client.get("/v1/resources/r/history").status_code == 200


@pytest.mark.parametrize(
    "amount", ["-1", "+1", "1e2", "1,000", " 1", "1.605", "1.", ".5", "٣", "1_0", "0x1", "9" * 16, "", "NaN", "1\n"]
)
def test_amounts_are_plain_digits(stranger: httpx.Client, amount: str) -> None:
    for member in ("cash_paid", "coupon_paid"):
        found = outcomes(stranger, [paid("r", **{member: amount})])[0]
        assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "bad_data")


@pytest.mark.parametrize("currency", ["usd", "XAU", "XXX", "US", "USDX", "€", "BTC"])
def test_a_currency_one_cannot_pay_in_is_rejected(stranger: httpx.Client, currency: str) -> None:
    assert outcomes(stranger, [paid("r", currency=currency)])[0]["reasons"][0]["code"] == "bad_data"


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01", "2026-03-01T10:00:00", "2026-02-30T10:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T10:00:60Z",
        "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2026-03-01T10:00:00+24:00",
        "20260301T100000Z", "٢٠٢٦-03-01T10:00:00Z", "now", "x" * 10_000,
    ],
)  # fmt: skip
def test_a_time_that_names_no_instant_is_rejected(stranger: httpx.Client, time: str) -> None:
    found = outcomes(stranger, [paid("r", time=time)])[0]
    assert (found["outcome"], found["reasons"][0]["code"]) == ("rejected", "malformed")
    assert len(found["reasons"][0]["message"]) < 300


def test_the_clock_is_followed_five_minutes_ahead_and_no_further(client: httpx.Client) -> None:
    results = outcomes(client, [paid("a", time="2026-03-02T00:05:00Z"), paid("b", time="2026-03-02T00:05:00.000001Z")])
    assert [one["outcome"] for one in results] == ["applied", "rejected"]
    assert results[1]["reasons"][0]["code"] == "time_ahead"
