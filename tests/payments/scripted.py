"""A provider that answers by a script, and announces what it is given to announce."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.provider import Answer, BadNoticeError, Notice, Payout, Reply


@dataclass
class Scripted:
    """Answers each call by the next line of its script; `while_sending` happens before a send is answered."""

    sends: list[Answer] = field(default_factory=list)
    asks: list[Answer] = field(default_factory=list)
    while_sending: Callable[[], None] | None = None
    sent: list[Payout] = field(default_factory=list)
    asked: list[Payout] = field(default_factory=list)

    def send(self, payout: Payout, now: datetime) -> Answer:
        self.sent.append(payout)
        meanwhile, self.while_sending = self.while_sending, None
        if meanwhile is not None:
            meanwhile()
        return self.sends[len(self.sent) - 1]

    def ask(self, payout: Payout, now: datetime) -> Answer:
        self.asked.append(payout)
        return self.asks[len(self.asked) - 1]

    def heard(self, message: bytes, headers: Mapping[str, str], now: datetime) -> list[Notice]:
        told: dict[str, Any] = json.loads(message)
        if headers.get("signed") != "yes":
            raise BadNoticeError("not signed")
        answer = Answer(Reply(told["reply"]), {"word": told["reply"]}, undone=told.get("undone", False))
        return [Notice(told["id"], told["refund_id"], told["key"], answer)]
