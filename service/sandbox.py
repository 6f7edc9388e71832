"""The provider that needs nothing: it obeys the payment's reference, and remembers in the database what it did.

It stands for another system, so it works in transactions of its own and knows nothing of refunds.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from persistence import sandbox
from persistence.sandbox import Remembered
from persistence.store import Store
from service.provider import Answer, Payout, Reply

DOWN_FOR: Final = timedelta(hours=2)
A_DAY: Final = timedelta(days=1)
NEVER_TAKEN: Final = {"sandbox_method_gone": Reply.METHOD_GONE, "sandbox_fails": Reply.REFUSED}


class Sandbox:
    """Obeys the payment's reference, which is one of `sandbox_ok`, `sandbox_method_gone`, `sandbox_fails`,
    `sandbox_lost_reply`, `sandbox_down_2h`, `sandbox_pending_1d`, `sandbox_reversed_1d`; any other pays like the first.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def send(self, payout: Payout, now: datetime) -> Answer:
        if payout.reference in NEVER_TAKEN:
            return Answer(NEVER_TAKEN[payout.reference])
        with self._store.writing() as connection:
            known = sandbox.recall(connection, payout.key)
            first = known is None or known.taken_at is None
            known = known or Remembered(payout.key, payout.amount.minor, now, None)
            down = _is_down(payout.reference, known, now)
            if first and not down:
                known = replace(known, taken_at=now)
            sandbox.remember(connection, known)
        if down or (first and payout.reference == "sandbox_lost_reply"):
            return Answer(Reply.NO_REPLY)
        return _present(payout.reference, known, now)

    def ask(self, payout: Payout, now: datetime) -> Answer:
        with self._store.reading() as connection:
            known = sandbox.recall(connection, payout.key)
        if known is not None and _is_down(payout.reference, known, now):
            return Answer(Reply.NO_REPLY)
        return Answer(Reply.NOT_KNOWN) if known is None else _present(payout.reference, known, now)


def _is_down(reference: str, known: Remembered, now: datetime) -> bool:
    return reference == "sandbox_down_2h" and now < known.first_called_at + DOWN_FOR


def _present(reference: str, known: Remembered, now: datetime) -> Answer:
    if known.taken_at is None:
        return Answer(Reply.NOT_KNOWN)
    turns_at = known.taken_at + A_DAY
    if reference == "sandbox_pending_1d" and now < turns_at:
        return Answer(Reply.PENDING, ask_at=turns_at)
    if reference == "sandbox_reversed_1d":
        return Answer(Reply.PAID, ask_at=turns_at) if now < turns_at else Answer(Reply.TAKEN_BACK)
    return Answer(Reply.PAID)
