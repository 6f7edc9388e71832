"""What the service wrote for each batch of a stream, learnt by looking: the work that the floor then does by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.floor import COLUMNS, Floor, key
from service.desk import Desk
from service.ingest import Message, ingest

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One batch as its rows: `new` and `changed` by table, each row in the order of its table's columns.

    `told` are the inbox's rows of all of the batch's events, those that were told before among them.
    """

    subjects: list[str]
    keys: list[tuple[str, str]]
    told: list[Values] = field(default_factory=list)
    new: dict[str, list[Values]] = field(default_factory=dict)
    changed: dict[str, list[Values]] = field(default_factory=dict)


def recorded(desk: Desk, floor: Floor, batches: Sequence[Sequence[Message]]) -> list[Work]:
    """Take the batches in, one after the other; the floor is only asked what its database holds."""
    seen: dict[str, dict[Any, Values]] = {table: {} for table in floor.tables}
    return [_recorded(desk, floor, batch, seen) for batch in batches]


def _recorded(desk: Desk, floor: Floor, batch: Sequence[Message], seen: dict[str, dict[Any, Values]]) -> Work:
    ingest(desk, batch)
    told = [message.attributes for message in batch if message.attributes.get("subject")]
    subjects = list(dict.fromkeys(one["subject"] for one in told))
    keys = list(dict.fromkeys((one["source"], one["id"]) for one in told if "id" in one))
    work = Work(subjects, keys)
    for table, known in seen.items():
        rows = {key(table, row): row for row in floor.about(table, subjects)}
        work.new[table] = [row for one, row in rows.items() if one not in known]
        work.changed[table] = [row for one, row in rows.items() if known.get(one, row) != row]
        known.update(rows)
    by_key = {_told_as(row): row for row in floor.about("inbox", subjects)}
    work.told.extend(by_key[one] for one in dict.fromkeys(keys) if one in by_key)
    return work


def _told_as(row: Values) -> tuple[str, str]:
    return row[COLUMNS["inbox"].index("source")], row[COLUMNS["inbox"].index("event_id")]
