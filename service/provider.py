"""The port to payment providers: what is asked of them, and what they can answer.

A provider's answer is a fact about money, and silence is one too: what is not certain is `NO_REPLY`, never failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from workflows.money import Money


class Reply(StrEnum):
    """What a provider said of one payout."""

    PAID = "paid"
    PENDING = "pending"  # taken, not yet certain
    REFUSED = "refused"  # no, for good
    METHOD_GONE = "method_gone"  # the original payment method is gone for good
    TAKEN_BACK = "taken_back"  # paid once, and come back since
    NOT_KNOWN = "not_known"  # asked about it: no payout was ever made under this key
    NO_REPLY = "no_reply"  # a timeout, a lost connection, an error of theirs: it may have happened


@dataclass(frozen=True, slots=True)
class Payout:
    """One payout: `key` names it for ever; the same key is the same payout, however often it is sent."""

    key: str
    refund_id: str
    reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer, with what it said word for word. `ask_at` is when it is worth asking again.

    `undone`: the refusal is about a payout that was taken and came to nothing; whoever held it to be paid knows by
    this that it has come back. A refusal that is not says that nothing was taken by this call, and no more.
    """

    reply: Reply
    said: Mapping[str, Any] = field(default_factory=dict)
    ask_at: datetime | None = None
    undone: bool = False


class Provider(Protocol):
    """A payment provider. Neither method raises: what goes wrong on the way is `NO_REPLY`."""

    def send(self, payout: Payout, now: datetime) -> Answer:
        """Pay out, once per key."""
        ...

    def ask(self, payout: Payout, now: datetime) -> Answer:
        """What became of the payout of this key, without paying anything."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider said by itself of the payout of a key. The same `id` is the same notice, come again."""

    id: str
    refund_id: str
    key: str
    answer: Answer


class NotListeningError(LookupError):
    """Refundry is not set up to hear from this provider."""


class BadNoticeError(ValueError):
    """The message is not this provider's: it is not signed by it, too old, or no notice at all."""


class UnclearNoticeError(Exception):
    """The provider's notice could not be made out without asking it, and it did not answer; it is to come again."""


@runtime_checkable
class Announcer(Protocol):
    """A provider that also speaks by itself."""

    def heard(self, message: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Notice]:
        """The notices in a message; none where it is about nothing of ours.

        Raises NotListeningError, BadNoticeError, UnclearNoticeError.
        """
        ...
