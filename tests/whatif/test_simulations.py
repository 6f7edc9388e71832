"""What if, for one resource: the trace, the answers beside the real ones, what cannot be supposed, nothing written."""

from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest

from service import questions
from tests.money.world import PAID_AT, World
from tests.whatif.stories import FOURTEEN, everything, tell_stories
from workflows.instants import instant_text

PAYMENT = {
    "order_id": "o", "account_id": "a", "product": "ssl_certificate", "currency": "USD", "cash_paid": "1.60",
    "coupon_paid": "0.00", "payment": {"provider": "sandbox", "reference": "x"}, "time": "2026-03-01T10:00:00Z",
}  # fmt: skip


def day(number: int, hour: int = 12) -> str:
    return f"2026-03-{number:02}T{hour:02}:00:00Z"


def events(*told: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"type": type_, "time": day(number)} for type_, number in told]


def ask(client: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/simulations", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def outcomes(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(step["event"], step["outcome"], step["to"]) for step in told["trace"]]


def test_an_invented_certificate_goes_through_to_the_end(client: httpx.Client) -> None:
    story = events(
        ("certificate.application_submitted", 2), ("certificate.issued", 3), ("refund.requested", 4),
        ("certificate.revocation_requested", 5), ("certificate.revocation_completed", 6), ("refund.requested", 7),
        ("refund.succeeded", 7), ("refund.succeeded", 8),
    )  # fmt: skip
    told = ask(client, payment=PAYMENT, events=story, at=[day(1, 9), day(3), day(6), day(8)])
    assert [(outcome, to) for _, outcome, to in outcomes(told)] == [
        ("applied", "verifying"), ("applied", "issued"), ("refused", "issued"), ("applied", "revoking"),
        ("applied", "revoked"), ("applied", "refunding"), ("applied", "refunded"), ("rejected", "refunded"),
    ]  # fmt: skip
    assert [reason["code"] for reason in told["trace"][2]["reasons"]] == ["must_revoke"]
    assert told["trace"][-1]["detail"].endswith("possible now: refund.reversed")
    assert told["trace"][-2]["amount"] == {"currency": "USD", "minor": 160, "value": "1.60"}
    assert [one["if"] and one["if"]["availability"] for one in told["answers"]] == [
        None, "action_required", "available", "refunded",
    ]  # fmt: skip
    assert all(one["now"] is None for one in told["answers"])


def test_consumption_is_supposed_of_a_gateway(client: httpx.Client) -> None:
    gateway = PAYMENT | {"product": "https_acceleration_gateway", "quota_units": 300}
    told = ask(client, payment=gateway, events=events(("gateway.domain_added", 2)), facts={"consumed": 60}, at=day(3))
    answer = told["answers"][0]["if"]
    assert (answer["availability"], answer["amount"]["value"]) == ("review_required", "1.28")


def test_a_parked_event_is_let_in_by_the_one_it_waited_for(client: httpx.Client) -> None:
    story = events(("certificate.issued", 2), ("certificate.application_submitted", 2))
    told = ask(client, payment=PAYMENT, events=story)
    assert [(step["outcome"], step["waited"], step["to"]) for step in told["trace"]] == [
        ("parked", False, "pending"), ("applied", False, "verifying"), ("applied", True, "issued"),
    ]  # fmt: skip


def test_an_event_told_late_counts_as_late(client: httpx.Client) -> None:
    late = {"type": "refund.requested", "time": day(8), "arrived_at": day(9, 1)}
    told = ask(client, payment=PAYMENT, events=[late])
    assert [reason["code"] for reason in told["trace"][0]["reasons"]] == ["arrived_too_late"]


def test_a_real_resource_under_other_rules_is_told_again_and_nothing_is_written(
    world: World, client: httpx.Client
) -> None:
    tell_stories(world)
    before = everything(world)
    told = ask(client, resource_id="late", set=FOURTEEN)
    assert [(row["event"], row["outcome"]) for row in told["retold"]["rows"]] == [
        ("order.paid", "applied"), ("refund.requested", "applied"),
    ]  # fmt: skip
    answer = told["answers"][0]
    assert (answer["now"]["availability"], answer["if"]["availability"]) == ("unavailable", "in_progress")
    assert answer["now"] == questions.eligibility(world.desk, "late").to_json()
    asked = ask(client, resource_id="idle", set=FOURTEEN, events=[{"type": "refund.requested", "time": day(12)}])
    assert outcomes(asked) == [("refund.requested", "applied", "refunding")]
    assert asked["answers"][0]["if"]["availability"] == "available", "the request lies in the future"
    assert everything(world) == before


def test_the_review_of_a_real_refund_is_supposed_to_end(world: World, client: httpx.Client) -> None:
    tell_stories(world)
    words = [("refund.approved", 12), ("refund.sent", 12), ("refund.failed", 13)]
    told = ask(client, resource_id="partial", events=events(*words), at=day(14))
    assert outcomes(told)[-1] == ("refund.failed", "applied", "issued")
    assert told["answers"][0]["if"]["window"] == "claimed"
    declined = ask(client, resource_id="partial", events=events(("refund.declined", 12)), at=day(14))
    assert declined["answers"][0]["if"]["window"] == "closed"


@pytest.mark.parametrize("subject", ["prompt", "late", "dear", "idle", "used", "partial"])
def test_without_a_supposition_the_answers_are_the_real_ones(world: World, client: httpx.Client, subject: str) -> None:
    tell_stories(world)
    instants = [PAID_AT + timedelta(days=days) for days in (0, 1, 2, 8, 9, 10, 30)]
    told = ask(client, resource_id=subject, at=[instant_text(at) for at in instants])
    for at, answers in zip(instants, told["answers"], strict=True):
        assert answers["now"] == answers["if"] == questions.eligibility(world.desk, subject, at).to_json()
    retold = ask(client, resource_id=subject, rules_version="test", at=[instant_text(at) for at in instants])
    assert [one["if"] for one in retold["answers"]] == [one["now"] for one in told["answers"]]


def test_an_unusable_event_is_rejected_in_the_trace(client: httpx.Client) -> None:
    story = [{"type": "gateway.reset"}, {"type": "nonsense"}, {"time": "soon", "type": "certificate.issued"}, {}]
    told = ask(client, payment=PAYMENT, events=[*story, {"type": "refund.approved", "data": 5}])
    assert [step["outcome"] for step in told["trace"]] == ["rejected"] * 5
    codes = [[reason["code"] for reason in step["reasons"]] for step in told["trace"]]
    assert codes == [["wrong_product"], ["unknown_type"], ["malformed"], ["malformed"], []]
    assert told["trace"][-1]["detail"] == "data must be a JSON object"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "either resource_id or payment"),
        ({"resource_id": "r", "payment": {}}, "either resource_id or payment"),
        ({"resource_id": 5}, "resource_id is 5"),
        ({"payment": {}}, "payment: data.order_id is missing"),
        ({"payment": PAYMENT | {"product": "boat"}}, "data.product is 'boat'"),
        ({"payment": PAYMENT, "event": []}, "unknown member event"),
        ({"payment": PAYMENT, "events": [{"typ": "x"}]}, "unknown member events[0].typ"),
        ({"payment": PAYMENT, "events": [{"type": "x", "arrived_at": "x"}]}, "events[0].arrived_at"),
        ({"payment": PAYMENT, "events": [{"type": "x", "subject": "y"}]}, "events[0].subject is 'y'"),
        ({"payment": PAYMENT, "at": "now"}, "at: 'now' is not an RFC 3339 instant"),
        ({"payment": PAYMENT, "facts": {"consumed": 1}}, "facts.consumed is no fact of ssl_certificate"),
        ({"payment": PAYMENT, "facts": {"combined": "yes"}}, "facts.combined is 'yes'; it must be true or false"),
        ({"payment": PAYMENT, "rules": "version = 5"}, "rules: version is 5"),
    ],
)
def test_what_cannot_be_supposed_is_told(client: httpx.Client, body: dict[str, Any], named: str) -> None:
    answer = client.post("/v1/simulations", json=body)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]


def test_an_unknown_resource_is_not_found(client: httpx.Client) -> None:
    assert client.post("/v1/simulations", json={"resource_id": "nobody"}).status_code == 404
