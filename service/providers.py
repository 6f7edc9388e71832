"""The port to payment providers, and the built-in sandbox."""

from typing import Final, Protocol

from workflows.money import Money
from workflows.words import RefundStatus


class Provider(Protocol):
    """Pays a refund out. The same key always names the same payout, however often it is asked for."""

    def pay_out(self, key: str, reference: str, amount: Money) -> RefundStatus: ...


class Sandbox:
    """A provider that needs nothing and pays everything at once."""

    def pay_out(self, key: str, reference: str, amount: Money) -> RefundStatus:
        return RefundStatus.SUCCEEDED


PROVIDERS: Final[dict[str, Provider]] = {"sandbox": Sandbox()}
