"""What stands in each column of an export.

Money stands in it twice: in whole minor units, and in major units with the decimals of its currency.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from persistence.bulk import Item
from persistence.listing import Listed
from workflows.eligibility import Answer
from workflows.history import Row
from workflows.money import Money


class Kind(StrEnum):
    """What the cells of a column are; any may be empty. An amount is a text of digits in major units."""

    TEXT = "text"
    WHOLE = "whole"
    AMOUNT = "amount"
    YES_NO = "yes_no"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its cells are, and how one is read off a thing that is exported."""

    name: str
    kind: Kind
    of: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A resource in an export, with its answer as of the instant the export was asked for.

    None where only an earlier definition could judge it.
    """

    listed: Listed
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason of one row that refused."""

    row: Row
    reason: dict[str, Any]


def _text(name: str, of: Callable[[Any], str | None]) -> Column:
    return Column(name, Kind.TEXT, of)


def _json(name: str, of: Callable[[Any], Any]) -> Column:
    return Column(name, Kind.TEXT, lambda one: json.dumps(of(one), ensure_ascii=False, sort_keys=True))


def _money(name: str, of: Callable[[Any], Money | None]) -> tuple[Column, Column]:
    def minor(one: Any) -> int | None:
        found = of(one)
        return None if found is None else found.minor

    def major(one: Any) -> str | None:
        found = of(one)
        return None if found is None else str(found.to_json()["value"])

    return Column(f"{name}_minor", Kind.WHOLE, minor), Column(name, Kind.AMOUNT, major)


def _codes(reasons: Any) -> str:
    return " ".join(reason["code"] for reason in reasons)


RESOURCES: Final = (
    _text("id", lambda one: one.listed.resource.id),
    _text("product", lambda one: one.listed.resource.payment.product),
    _text("state", lambda one: one.listed.resource.state),
    _text("order_id", lambda one: one.listed.resource.payment.order_id),
    _text("account_id", lambda one: one.listed.resource.payment.account_id),
    _text("currency", lambda one: one.listed.resource.payment.currency),
    *_money("cash", lambda one: one.listed.resource.money(one.listed.resource.payment.cash_minor)),
    *_money("coupon", lambda one: one.listed.resource.money(one.listed.resource.payment.coupon_minor)),
    _text("promotion", lambda one: one.listed.resource.payment.promotion),
    Column("paid_at", Kind.INSTANT, lambda one: one.listed.resource.payment.paid_at),
    Column("deadline_at", Kind.INSTANT, lambda one: one.listed.resource.deadline_at),
    _text("window", lambda one: one.listed.window),
    _text("availability", lambda one: one.listed.availability),
    *_money("refundable", lambda one: one.answer and one.answer.amount),
    _text("reasons", lambda one: one.answer and " ".join(reason.code.key for reason in one.answer.reasons)),
    Column("unresolved_events", Kind.WHOLE, lambda one: one.listed.unresolved),
    _text("refund_id", lambda one: one.listed.resource.refund and one.listed.resource.refund.id),
    _text("refund_status", lambda one: one.listed.resource.refund and one.listed.resource.refund.status.value),
    _text("rules_version", lambda one: one.listed.resource.rules_version),
    _json("facts", lambda one: dict(one.listed.resource.facts)),
)

REFUNDS: Final = (
    _text("id", lambda one: one.refund.id),
    _text("resource_id", lambda one: one.resource_id),
    _text("product", lambda one: one.product),
    _text("order_id", lambda one: one.order_id),
    _text("account_id", lambda one: one.account_id),
    _text("status", lambda one: one.refund.status.value),
    _text("currency", lambda one: one.amount.currency),
    *_money("amount", lambda one: one.amount),
    _text("destination", lambda one: one.refund.destination),
    Column("partial", Kind.YES_NO, lambda one: one.refund.partial),
    Column("override", Kind.YES_NO, lambda one: one.refund.override),
    _text("requested_by", lambda one: one.refund.requested_by),
    Column("requested_at", Kind.INSTANT, lambda one: one.refund.requested_at),
    _text("decided_by", lambda one: one.refund.decided_by),
    _text("note", lambda one: one.refund.note),
)

HISTORY: Final = (
    _text("resource_id", lambda row: row.resource_id),
    Column("seq", Kind.WHOLE, lambda row: row.seq),
    _text("event", lambda row: row.event),
    _text("outcome", lambda row: row.outcome.value),
    _text("from", lambda row: row.from_state),
    _text("to", lambda row: row.to_state),
    Column("occurred_at", Kind.INSTANT, lambda row: row.occurred_at),
    Column("recorded_at", Kind.INSTANT, lambda row: row.recorded_at),
    _text("actor", lambda row: row.actor),
    _text("source", lambda row: row.source),
    _text("event_id", lambda row: row.event_id),
    _text("reasons", lambda row: _codes(row.reasons)),
    _json("data", lambda row: dict(row.data)),
    _text("definition", lambda row: row.definition),
    _text("previous_hash", lambda row: row.previous_hash),
    _text("hash", lambda row: row.hash),
)

EVENTS: Final = (
    Column("arrival", Kind.WHOLE, lambda one: one.event.arrival),
    _text("source", lambda one: one.event.source),
    _text("id", lambda one: one.event.id),
    _text("type", lambda one: one.event.type),
    _text("subject", lambda one: one.event.subject),
    Column("time", Kind.INSTANT, lambda one: one.event.time),
    Column("arrived_at", Kind.INSTANT, lambda one: one.event.arrived_at),
    _text("outcome", lambda one: one.outcome),
    _text("reasons", lambda one: _codes(one.reasons)),
    _text("detail", lambda one: one.detail),
    Column("resolved_at", Kind.INSTANT, lambda one: one.resolved_at),
    _json("data", lambda one: dict(one.event.data)),
)

REFUSALS: Final = (
    _text("resource_id", lambda one: one.row.resource_id),
    Column("seq", Kind.WHOLE, lambda one: one.row.seq),
    _text("event", lambda one: one.row.event),
    _text("state", lambda one: one.row.to_state),
    Column("occurred_at", Kind.INSTANT, lambda one: one.row.occurred_at),
    Column("recorded_at", Kind.INSTANT, lambda one: one.row.recorded_at),
    _text("actor", lambda one: one.row.actor),
    _text("source", lambda one: one.row.source),
    _text("code", lambda one: one.reason["code"]),
    _text("message", lambda one: one.reason["message"]),
    _json("facts", lambda one: one.reason["facts"]),
)


def _paid(item: Item) -> Money | None:
    if item.currency is None or item.amount_minor is None:
        return None
    return Money(item.currency, item.amount_minor)


BULK_RESULTS: Final = (
    _text("resource_id", lambda item: item.resource_id),
    _text("foreseen", lambda item: item.foreseen),
    _text("outcome", lambda item: item.outcome),
    _text("refund_id", lambda item: item.refund_id),
    _text("currency", lambda item: item.currency),
    *_money("amount", _paid),
    _text("reasons", lambda item: _codes(item.reasons)),
    _text("messages", lambda item: " ".join(reason["message"] for reason in item.reasons)),
    Column("asked_at", Kind.INSTANT, lambda item: item.asked_at),
)
