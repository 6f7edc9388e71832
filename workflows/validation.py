"""What is checked when a definition is built, so that a typo is an error at start and not a refund that never comes."""

from collections import Counter
from collections.abc import Iterator

from workflows.definition import Arc, Defined, Lifecycle, Product
from workflows.words import OWN_PREFIXES, PENDING, REFUNDED, REFUNDING, STATES


class DefinitionError(ValueError):
    """A machine definition contradicts itself; the message lists every fault found."""


def check_product(product: Product) -> None:
    """Raise DefinitionError with all that is wrong with the definition."""
    _refuse(
        product,
        [
            *_unknown_states(product),
            *_unreachable(product),
            *_dead_ends(product),
            *_ways_out_of_the_end(product),
            *_ambiguous_arcs(product),
            *_uneven_fields(product),
            *_foreign_words(product),
            *_wrong_moves(product),
        ],
    )


def check_lifecycle(lifecycle: Lifecycle) -> None:
    """Raise DefinitionError with all that is wrong with a machine that is no product."""
    _refuse(lifecycle, [*_unreachable(lifecycle), *_dead_ends(lifecycle), *_ambiguous_arcs(lifecycle)])


def _refuse(definition: Defined, faults: list[str]) -> None:
    if faults:
        raise DefinitionError(f"{definition.key}: " + "; ".join(faults))


def check_catalogue(products: tuple[Product, ...]) -> None:
    """Raise DefinitionError where two products share a key or an event type."""
    for what, names in (
        ("product key", [product.key for product in products]),
        ("event type", [event for product in products for event in product.use_events]),
    ):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise DefinitionError(f"{what} used by more than one product: {', '.join(twice)}")


def _unknown_states(product: Product) -> Iterator[str]:
    for state in product.states:
        if state not in STATES:
            yield f"unknown state {state!r}; a state is one of {', '.join(STATES)}"
    for state in product.labels:
        if state not in product.states:
            yield f"a label for {state!r}, which no arc names"


def _unreachable(definition: Defined) -> Iterator[str]:
    """An arc that only leads back to where a refund was asked from leads to no state that was not reached before."""
    onward = [arc for arc in definition.all_arcs if arc.came_from is None]
    reached, frontier = {*definition.starts}, [*definition.starts]
    while frontier:
        state = frontier.pop()
        for arc in onward:
            if state in arc.sources and arc.target not in reached:
                reached.add(arc.target)
                frontier.append(arc.target)
    starts = " or ".join(repr(str(state)) for state in definition.starts)
    for state in definition.states:
        if state not in reached:
            yield f"state {str(state)!r} cannot be reached from {starts}"


def _dead_ends(definition: Defined) -> Iterator[str]:
    for state in definition.states:
        if state not in definition.finals and not any(state in arc.sources for arc in definition.all_arcs):
            yield f"no arc leaves {str(state)!r}"


def _ways_out_of_the_end(product: Product) -> Iterator[str]:
    if any(REFUNDED in arc.sources for arc in product.all_arcs):
        yield f"an arc leaves {REFUNDED!r}, which is final"


def _ambiguous_arcs(definition: Defined) -> Iterator[str]:
    seen: Counter[tuple[str, str, str | None, str | None]] = Counter()
    for arc in definition.all_arcs:
        seen.update((arc.event, source, arc.came_from, arc.condition) for source in arc.sources)
    for (event, source, *_), count in seen.items():
        if count > 1:
            yield f"{count} arcs could fire on {event} from {str(source)!r}"


def _uneven_fields(product: Product) -> Iterator[str]:
    first: dict[str, Arc] = {}
    for arc in product.arcs:
        same = first.setdefault(arc.event, arc)
        if [item.name for item in same.fields] != [item.name for item in arc.fields]:
            yield f"the arcs of {arc.event} ask for different data"


def _foreign_words(product: Product) -> Iterator[str]:
    for event in sorted(product.use_events):
        if event.startswith((*OWN_PREFIXES, "order.")):
            yield f"{event} is not an event of a product"
    if not product.ways_from(PENDING):
        yield f"{PENDING!r} is not refundable; every product is refunded while unused"
    if product.meter is None and any(way.partial for way in product.refundable):
        yield "a partial refund without a meter"


def _wrong_moves(product: Product) -> Iterator[str]:
    """What is wrong with the mapping of earlier states; a refund under way or paid is never carried anywhere by it."""
    refunds = (REFUNDING, REFUNDED)
    for source, target in product.moved.items():
        if source not in STATES:
            yield f"{source!r}, which is to be moved, is no state; a state is one of {', '.join(STATES)}"
        elif source in refunds:
            yield f"resources cannot be moved out of {source!r}"
        elif source in product.states:
            yield f"resources are to be moved out of {source!r}, which the product has"
        if target in refunds:
            yield f"resources cannot be moved into {target!r}"
        elif target not in product.states:
            yield f"resources are to be moved to {target!r}, which is no state of the product"
