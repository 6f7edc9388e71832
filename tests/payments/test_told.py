"""Notices of any provider, where the order of things is against us."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from persistence import attempts, ledger
from service import told
from service.provider import Answer, Reply
from service.told import Taken
from tests.money.world import World
from tests.payments.scripted import Scripted


@dataclass
class Heard:
    """A world with a provider that answers by a script and speaks by itself."""

    world: World
    provider: Scripted

    def tell(self, reply: Reply, *, undone: bool = False, key: str | None = None, id_: str = "n1") -> list[Taken]:
        refund_id = self.world.refund_id("r")
        notice = {"id": id_, "refund_id": refund_id, "key": key or f"{refund_id}:original_payment_method"}
        message = json.dumps(notice | {"reply": reply.value, "undone": undone}).encode()
        return told.hear(self.world.desk, "sandbox", message, {"signed": "yes"})

    def credited(self) -> list[int]:
        with self.world.desk.store.reading() as connection:
            return [one.amount_minor for one in ledger.of_account(connection, "account-1")]


@pytest.fixture
def heard(any_database_url: str) -> Iterator[Heard]:
    provider = Scripted()
    world = World(any_database_url, {"sandbox": provider})
    world.pay("r")
    world.ask("r")
    yield Heard(world, provider)
    world.close()


def test_a_reply_after_the_balance_was_credited_credits_nothing_more(heard: Heard) -> None:
    heard.provider.sends = [Answer(Reply.TAKEN_BACK)]
    heard.provider.while_sending = lambda: assert_taken(heard.tell(Reply.METHOD_GONE, undone=True), "method_gone")
    heard.world.later(days=1)
    assert (heard.world.status("r"), heard.credited()) == ("succeeded", [160])


def assert_taken(taken: list[Taken], reply: str) -> None:
    assert [(one.reply, one.before) for one in taken] == [(reply, False)]


def test_a_notice_under_another_key_is_kept_and_settles_nothing(heard: Heard) -> None:
    heard.provider.sends = [Answer(Reply.PENDING)]
    heard.world.later(seconds=0)
    for number, reply in enumerate((Reply.PAID, Reply.REFUSED, Reply.METHOD_GONE)):
        assert_taken(heard.tell(reply, key="somebody's own", id_=f"n{number}"), reply.value)
    assert heard.world.status("r") == "processing"
    refund_id = heard.world.refund_id("r")
    with heard.world.desk.store.reading() as connection:
        made = attempts.of_refunds(connection, [refund_id])[refund_id]
    assert [(one.kind, one.key) for one in made[1:]] == [("told", "somebody's own")] * 3


def test_told_before_the_call_was_even_made_it_is_asked_about_and_not_sent(heard: Heard) -> None:
    """A database that was restored: the provider knows of a payout that we have yet to send."""
    heard.provider.asks = [Answer(Reply.PAID)]
    assert_taken(heard.tell(Reply.PENDING), "pending")
    heard.world.later(hours=1)
    assert (heard.world.status("r"), heard.provider.sent, len(heard.provider.asked)) == ("succeeded", [], 1)


def test_a_provider_that_contradicts_itself_is_asked_on_and_never_paid_through_again(heard: Heard) -> None:
    heard.provider.sends = [Answer(Reply.NO_REPLY)]
    heard.provider.asks = [Answer(Reply.NOT_KNOWN)] * 200
    heard.world.later(seconds=0)
    assert_taken(heard.tell(Reply.PENDING), "pending")
    heard.world.later(hours=2)
    assert (heard.world.status("r"), len(heard.provider.sent)) == ("processing", 1)
    heard.provider.asks[len(heard.provider.asked) :] = [Answer(Reply.PAID)]
    heard.world.later(hours=2)
    assert (heard.world.status("r"), len(heard.provider.sent)) == ("succeeded", 1)
