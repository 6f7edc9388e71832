"""What is told in these tests, CloudEvents as a sender would write them; and the problems that come back."""

from typing import Any

import httpx2 as httpx

STRUCTURED = {"content-type": "application/cloudevents+json"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
PAID_AT = "2026-03-01T10:00:00Z"


def told(type_: str, subject: str, id_: str, time: str | None = None, **data: Any) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": id_, "source": "/tests", "type": type_, "subject": subject, "data": data}
    return event if time is None else event | {"time": time}


def paid(subject: str, product: str = "ssl_certificate", time: str | None = PAID_AT, **data: Any) -> dict[str, Any]:
    payment: dict[str, Any] = {
        "order_id": "order-1",
        "account_id": "account-1",
        "product": product,
        "currency": "USD",
        "cash_paid": "1.60",
        "coupon_paid": "0.00",
        "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
    }
    return told("order.paid", subject, f"paid-{subject}"[:256], time, **(payment | data))


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    problem: dict[str, Any] = answer.json()
    return (
        answer.status_code == problem["status"] == status
        and problem["code"] == code
        and answer.headers["content-type"] == "application/problem+json"
        and bool(problem["title"] and problem["detail"])
    )
