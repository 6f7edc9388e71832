"""A desk on a fresh database with a clock set by hand, and short words for telling it things."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from scheduler.sweeps import sweep_until
from service import questions, refunds
from service.batch import Result
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.opening import open_desk
from service.provider import Provider
from service.refunds import Asked
from tests.databases import quick_engine
from workflows.eligibility import Answer
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

PAID_AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
RULES = """
version = "test"
effective_from = 2026-01-01T00:00:00Z
[money]
coupon_allocation = "proportional"
[review]
above = { USD = "500.00" }
[override]
up_to = { USD = "100.00" }
"""


class World:
    """Everything a story about money needs; `providers` replace or join the sandbox.

    A story that goes on where another ended begins at another instant, and tells its first event under another number.
    """

    def __init__(
        self,
        database_url: str,
        providers: Mapping[str, Provider] | None = None,
        *,
        locked: bool = True,
        begins: datetime = PAID_AT,
        first: int = 1,
    ) -> None:
        self.clock = SetClock(begins)
        desk = open_desk(quick_engine(database_url), CATALOGUE, [parse_rules(RULES)], self.clock)
        desk = replace(desk, providers={**desk.providers, **(providers or {})})
        self.desk: Desk = desk if locked else replace(desk, lock=lambda _connection, _subjects: None)
        self._numbers = count(first)

    def close(self) -> None:
        self.desk.store.close()

    def message(self, type_: str, subject: str, **data: Any) -> Message:
        return Message(
            {
                "specversion": "1.0",
                "id": f"e{next(self._numbers)}",
                "source": "/tests",
                "type": type_,
                "subject": subject,
                "time": self.clock.now().isoformat(),
                "data": data,
            }
        )

    def tell(self, type_: str, subject: str, **data: Any) -> Result:
        return ingest(self.desk, [self.message(type_, subject, **data)])[0]

    def pay(self, subject: str, reference: str = "sandbox_ok", **data: Any) -> Result:
        told = {
            "order_id": f"o-{subject}",
            "account_id": "account-1",
            "product": "ssl_certificate",
            "currency": "USD",
            "cash_paid": "1.60",
            "coupon_paid": "0.00",
            "payment": {"provider": "sandbox", "reference": reference},
        }
        return self.tell("order.paid", subject, **(told | data))

    def gateway_with_consumption(self, subject: str, units: int = 60) -> None:
        self.pay(subject, product="https_acceleration_gateway", quota_units=300)
        self.tell("gateway.domain_added", subject)
        self.tell("gateway.quota_consumed", subject, units=units)

    def ask(self, subject: str, actor: str = "customer-1") -> Asked:
        with self.desk.store.writing() as connection:
            return refunds.ask(self.desk, connection, [subject], actor)[0]

    def refund_id(self, subject: str) -> str:
        refund = questions.view(self.desk, subject).resource.refund
        assert refund is not None
        return refund.id

    def status(self, subject: str) -> str:
        refund = questions.view(self.desk, subject).resource.refund
        assert refund is not None
        return refund.status.value

    def later(self, **time: float) -> None:
        """Move the clock by a timedelta, doing what falls due on the way."""
        sweep_until(self.desk, self.clock, self.clock.now() + timedelta(**time))

    def answer(self, subject: str) -> Answer:
        return questions.eligibility(self.desk, subject)

    def events(self, subject: str) -> list[str]:
        return [row.event for row in questions.rows_of(self.desk, subject, 0, 1000)]
