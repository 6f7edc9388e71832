"""What a transaction changes of the running sums: out of the place where something stood, into where it stands."""

from collections.abc import Iterable, Mapping

from persistence.moves import place_of_move
from persistence.resources import StoredResource
from persistence.tallies import Differences, Kind, Place, Sums, hour_ending, hour_of
from workflows.history import Opening, Row
from workflows.resource import Refund, Resource, refund_from_json
from workflows.words import Outcome


def differences(
    before: Mapping[str, StoredResource], after: Iterable[StoredResource], rows: Iterable[Row]
) -> Differences:
    """The differences between resources as they were read and as they are written, and those of the rows between."""
    found = Differences()
    now_standing = {one.resource.id: one for one in after}
    for key, stored in now_standing.items():
        was = before.get(key)
        if was is not None and was.outlook is stored.outlook:
            continue  # whoever answers as before stands where it stood
        if was is not None:
            found.add(place_of(was), sums_of(was), -1)
        found.add(place_of(stored), sums_of(stored))
    standing = {key: stored.resource.refund for key, stored in before.items()}
    for row in rows:
        resource = now_standing[row.resource_id].resource
        if isinstance(row, Opening):
            standing[row.resource_id] = _count_kept_refunds(found, resource, row)
            continue
        _count_refusal(found, resource, row)
        if row.outcome == Outcome.APPLIED:
            found.add(place_of_move(resource.payment.product, row), Sums(1))
        standing[row.resource_id] = _count_refund(found, resource, row, standing.get(row.resource_id))
    return found


def place_of(stored: StoredResource) -> Place:
    resource = stored.resource
    return Place(
        Kind.RESOURCES,
        resource.payment.product,
        resource.state,
        resource.payment.currency,
        stored.outlook.before.value,
        stored.outlook.after.value,
        resource.claimed_at is not None,
        hour_ending(resource.deadline_at),
    )


def sums_of(stored: StoredResource) -> Sums:
    return Sums(1, stored.resource.payment.cash_minor, stored.outlook.before_minor, stored.outlook.after_minor)


def _count_refusal(found: Differences, resource: Resource, row: Row) -> None:
    if row.outcome == Outcome.REFUSED:
        for reason in row.reasons:
            place = Place(Kind.REFUSALS, resource.payment.product, reason["code"], "", hour=hour_of(row.recorded_at))
            found.add(place, Sums(1))


def _count_kept_refunds(found: Differences, resource: Resource, opening: Opening) -> Refund | None:
    """Count the refunds of rows that were put away; returns the last of them."""
    refunds = [refund_from_json(told["refund"]) for told in opening.refunds]
    for refund in refunds:
        found.add(_refund_place(Kind.REFUNDS, resource, refund), Sums(1, refund.amount_minor))
    return refunds[-1] if refunds else None


def _count_refund(found: Differences, resource: Resource, row: Row, before: Refund | None) -> Refund | None:
    """Count what a row says of a refund; returns the refund as it stands behind the row."""
    told = row.changes.get("refund")
    if told is None:
        return before
    after = refund_from_json(told)
    same = before is not None and before.id == after.id
    if before is not None and same:
        found.add(_refund_place(Kind.REFUNDS, resource, before), Sums(1, before.amount_minor), -1)
    found.add(_refund_place(Kind.REFUNDS, resource, after), Sums(1, after.amount_minor))
    if before is None or not same or before.status != after.status:
        moved = _refund_place(Kind.REFUND_MOVES, resource, after)._replace(hour=hour_of(row.recorded_at))
        found.add(moved, Sums(1, after.amount_minor))
    return after


def _refund_place(kind: Kind, resource: Resource, refund: Refund) -> Place:
    return Place(kind, resource.payment.product, refund.status.value, resource.payment.currency)
