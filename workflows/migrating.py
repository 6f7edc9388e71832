"""A new version of a definition: who is stranded by it, and how its mapping carries resources over.

Stranded is a resource whose place the version does not have, so that nothing could be decided about it any more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows.catalogue import Catalogue
from workflows.decision import Decision, Entry, announced, record
from workflows.definition import Product
from workflows.history import Row
from workflows.resource import Resource, changes, refund_from_json
from workflows.values import replace
from workflows.words import DEFINITION_MIGRATED, REFUNDED, REFUNDING, REFUNDRY, Outcome


@dataclass(frozen=True, slots=True)
class Stand:
    """Resources that stand in one place: how many, and the id of one.

    `origin` is set for those with a refund under way: the state it was asked from. `amendable`: the refund is partial
    and in review, so that consumption still changes it.
    """

    product: str
    state: str
    count: int
    example: str
    origin: str | None = None
    amendable: bool = False


class Stuck(StrEnum):
    """In which way resources are stranded."""

    PRODUCT_GONE = "product_gone"
    STATE_GONE = "state_gone"
    REFUND_STUCK = "refund_stuck"
    NO_WAY_ON = "no_way_on"
    NO_WAY_TO_REFUND = "no_way_to_refund"


@dataclass(frozen=True, slots=True)
class Stranding:
    """Resources that a version strands: where they stand, why they are stuck there, and what would help."""

    kind: Stuck
    stand: Stand
    why: str
    remedy: str

    @property
    def message(self) -> str:
        stand = self.stand
        one = f"{stand.count:,} {'resource is' if stand.count == 1 else 'resources are'}"
        return f"{one} stranded, such as {stand.example} ({stand.product}, {stand.state}): {self.why}; {self.remedy}"

    def to_json(self) -> dict[str, Any]:
        stand = self.stand
        place = {"kind": self.kind.value, "product": stand.product, "state": stand.state, "origin": stand.origin}
        return place | {"count": stand.count, "example": stand.example, "why": self.why, "remedy": self.remedy}


def stranded(catalogue: Catalogue, stands: Iterable[Stand]) -> Iterator[Stranding]:
    """Those who would be stuck for good under the catalogue, its mappings included."""
    for stand in stands:
        if stand.product not in catalogue:
            yield Stranding(
                Stuck.PRODUCT_GONE,
                stand,
                f"no definition describes {stand.product} any more",
                "keep the product for as long as there are resources of it",
            )
        elif stand.origin is not None:
            yield from _stuck_refund(catalogue.product(stand.product), stand, stand.origin)
        elif onward(catalogue.product(stand.product), stand.state) is None:
            yield Stranding(
                Stuck.STATE_GONE,
                stand,
                f"the definition has no state {stand.state} any more",
                f"say where they go on: moved={{{stand.state!r}: '…'}} on the product {stand.product}",
            )


def onward(product: Product, state: str) -> str | None:
    """Where a resource goes on that stands in this state: there, or where the mapping says; None if it is lost."""
    return state if state in product.states else product.moved.get(state)


def _stuck_refund(product: Product, stand: Stand, origin: str) -> Iterator[Stranding]:
    """A refund under way must be able to give its resource back, and one in review to follow what is consumed."""
    goes_on = onward(product, origin)
    if not any(arc.came_from == goes_on is not None for arc in product.refund_arcs):
        yield Stranding(
            Stuck.REFUND_STUCK,
            stand,
            f"a refund asked from {origin} is under way, and declined or failed it could not give the resource back",
            f"keep {origin} among the refundable states, or in by_override, until those refunds have ended",
        )
    elif stand.amendable and not any(way.partial for way in product.ways_from(goes_on or "")):
        yield Stranding(
            Stuck.REFUND_STUCK,
            stand,
            f"a partial refund asked from {origin} is in review, and could not follow what is consumed",
            f"keep the partial refund from {origin} until those refunds are decided on",
        )


def is_lost(product: Product, resource: Resource) -> bool:
    """Whether the resource, or the refund that it has under way, comes from a state that the version dropped."""
    return _held_from(resource) not in product.states


def is_stranded(product: Product, resource: Resource) -> bool:
    """Whether it is lost, and the mapping does not say where it goes on."""
    return onward(product, _held_from(resource)) is None


def _held_from(resource: Resource) -> str:
    """The state that must go on to be known: where the refund under way was asked from, or else its own."""
    if resource.state == REFUNDING and resource.refund is not None:
        return resource.refund.origin
    return resource.state


def migrated(product: Product, resource: Resource, decided_by: str, now: datetime) -> Decision:
    """The resource carried to where the version's mapping says, as a row of history like any other.

    `decided_by` is the hash of the definition that decided about it so far. A refund under way stays what it is; only
    the state that it would go back to is another one. Raises KeyError where the mapping does not name the state.
    """
    if resource.state == REFUNDING and resource.refund is not None:
        origin = product.moved[resource.refund.origin]
        carried = replace(resource, refund=replace(resource.refund, origin=origin))
    else:
        carried = carried_to(product, resource, product.moved[resource.state])
    hashes = {"from_definition": decided_by, "to_definition": product.definition_hash}
    return _recorded(product, resource, carried, hashes, max(now, resource.entered_at))


def carried_again(product: Product, resource: Resource, row: Row) -> Decision | None:
    """A recorded carrying over, done to the same resource in a life told again; None where it has no place there."""
    if row.to_state == REFUNDING:
        carried = _refund_carried_again(product, resource, row)
    elif row.to_state in product.states and resource.state not in (REFUNDING, REFUNDED):
        carried = carried_to(product, resource, row.to_state)
    else:
        carried = None
    return None if carried is None else _recorded(product, resource, carried, row.data, row.recorded_at)


def _refund_carried_again(product: Product, resource: Resource, row: Row) -> Resource | None:
    origin = refund_from_json(row.changes["refund"]).origin
    if resource.state != REFUNDING or resource.refund is None or origin not in product.states:
        return None
    return replace(resource, refund=replace(resource.refund, origin=origin))


def _recorded(
    product: Product, resource: Resource, carried: Resource, hashes: Mapping[str, Any], moment: datetime
) -> Decision:
    entry = Entry(
        event=DEFINITION_MIGRATED,
        occurred_at=moment,
        recorded_at=moment,
        actor=REFUNDRY,
        source=REFUNDRY,
        event_id=f"{resource.id}:{DEFINITION_MIGRATED}:{resource.seq + 1}",
        data=hashes,
        definition=product.definition_hash,
    )
    after, row = record(resource, carried, entry, changes(resource, carried))
    return Decision(
        Outcome.APPLIED, after, (row,), effects=(announced(row, after),), lets_in=after.state != resource.state
    )


def carried_to(product: Product, resource: Resource, state: str) -> Resource:
    """The resource in another state, as if that had always been the name of its own.

    Where the deadline binds the entering of it, what counts is when the remedy was done, or else when the resource came
    into the state that it leaves: a mapping neither spoils nor saves what was done in time or too late.
    """
    if state == resource.state:
        return resource
    counts_at = (resource.remedied_at or resource.entered_at) if product.binds(state) else None
    return replace(resource, state=state, remedied_at=counts_at)
