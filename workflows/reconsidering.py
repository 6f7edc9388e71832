"""A refund looked at again: how its resource stood when it was asked for, and what has changed since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.history import Opening, PutAwayError, Row, unfolded
from workflows.resource import Refund, Resource
from workflows.values import replace


@dataclass(frozen=True, slots=True)
class Asking:
    """The asking for a refund: the resource just before it, the refund as it was asked for, and the row that says so.

    `since` are the rows of the resource behind it, up to the last that could be about this refund.
    """

    before: Resource
    refund: Refund
    row: Row
    since: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is another one now; None where there was, or is, none."""

    name: str
    before: Any
    after: Any


def asking(rows: Iterable[Row], refund_id: str) -> Asking | None:
    """The asking for a refund, found in the whole history of its resource; None where it is not in there.

    Raises PutAwayError where it is among the rows that were put away.
    """
    before: Resource | None = None
    found: tuple[Resource, Refund, Row] | None = None
    since: list[Row] = []
    for row, after in unfolded(rows):
        if isinstance(row, Opening) and any(one["id"] == refund_id for one in row.refunds):
            raise PutAwayError(f"refund {refund_id} was asked for in what is not here any more: {row.data['reason']}")
        refund = after.refund
        if found is None and before is not None and refund is not None and refund.id == refund_id:
            found = (before, refund, row)
        elif found is not None and (refund is None or refund.id != refund_id):
            break
        elif found is not None:
            since.append(row)
        before = after
    return None if found is None else Asking(*found, tuple(since))


def given_back(resource: Resource) -> Resource:
    """A resource as it would stand if its present refund had never been asked for; its claim it keeps."""
    assert resource.refund is not None
    return replace(resource, state=resource.refund.origin, refund=None)


def about(asked: Asking) -> Sequence[Row]:
    """The rows in which a refund was asked for, amended and moved."""
    return (asked.row, *(row for row in asked.since if "refund" in row.changes))


def changed_facts(before: Resource, after: Resource) -> tuple[Change, ...]:
    """The facts that are not what they were, by name."""
    names = sorted({*before.facts, *after.facts})
    told = (Change(name, before.facts.get(name), after.facts.get(name)) for name in names)
    return tuple(change for change in told if change.before != change.after)
