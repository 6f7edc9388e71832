"""The catalogue names everything that is told, and nothing is told that does not look as it says."""

import json

from sqlalchemy import select

from persistence.outbox import OUTBOX
from service.catalogue_of_events import everything_told, types_told
from service.hooks.patterns import wants
from service.hooks.published import asyncapi
from tests.hooks.world import TellingWorld
from workflows import words
from workflows.decision import EffectKind
from workflows.products import CATALOGUE


def test_every_word_of_our_own_is_in_it() -> None:
    own = {value for value in vars(words).values() if isinstance(value, str) and value.startswith(words.OWN_PREFIXES)}
    use_events = {event for product in CATALOGUE for event in product.use_events}
    assert set(types_told(CATALOGUE)) == own | use_events | {words.ORDER_PAID}
    assert len(types_told(CATALOGUE)) == len(set(types_told(CATALOGUE)))


def test_what_is_told_looks_as_its_example(database_url: str) -> None:
    world = TellingWorld(database_url)
    for reference in ("ok", "method_gone", "fails", "lost_reply", "reversed_1d"):
        world.pay(reference, f"sandbox_{reference}")
        assert world.ask(reference).accepted
    world.pay("idle")
    world.gateway_with_consumption("g1")
    assert world.ask("g1").accepted
    world.tell("gateway.quota_consumed", "g1", units=240)
    world.gateway_with_consumption("g2")
    assert world.ask("g2").accepted
    world.later(days=12)
    with world.desk.store.reading() as connection:
        query = select(OUTBOX.c.type, OUTBOX.c.payload, OUTBOX.c.done_at).where(
            OUTBOX.c.kind == EffectKind.NOTIFY.value
        )
        rows = connection.execute(query).all()
    examples = {told.type: told.data for told in everything_told(CATALOGUE)}
    for row in rows:
        assert list(row.payload) == list(examples[row.type]), row.type
        assert {name: type(value) for name, value in row.payload.items() if name != "from"} == {
            name: type(value) for name, value in examples[row.type].items() if name != "from"
        }
        assert row.done_at is not None
    seen = {row.type for row in rows}
    assert {kind for kind in words_of_refunds() if kind not in seen} <= {
        words.REFUND_APPROVED,
        words.REFUND_OVERRIDE,
        words.REFUND_SENT,
    }
    assert {words.WINDOW_CLOSING, words.WINDOW_EXPIRED, words.ORDER_PAID, "gateway.quota_consumed"} <= seen
    world.close()


def words_of_refunds() -> set[str]:
    return {type_ for type_ in types_told(CATALOGUE) if wants(["refund.*"], type_)}


def test_document_refers_only_to_what_it_holds() -> None:
    document = asyncapi(CATALOGUE, "1")
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        found = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert found
    assert len(document["components"]["messages"]) == len(types_told(CATALOGUE))


def test_patterns() -> None:
    assert wants(["refund.*"], "refund.succeeded")
    assert not wants(["refund.*"], "refund_window.expired")
    assert wants(["order.paid"], "order.paid") and not wants(["order.paid"], "order.paid.twice")
    assert wants(["*"], "anything.at_all") and not wants([], "order.paid")
