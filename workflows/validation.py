"""What is checked when a definition is built, so that a typo is an error at start and not a refund that never comes."""

from collections import Counter
from collections.abc import Iterator

from workflows.definition import Arc, Product
from workflows.words import OWN_PREFIXES, PENDING, REFUNDED, STATES


class DefinitionError(ValueError):
    """A machine definition contradicts itself; the message lists every fault found."""


def check_product(product: Product) -> None:
    """Raise DefinitionError with all that is wrong with the definition."""
    faults = [
        *_unknown_states(product),
        *_unreachable(product),
        *_dead_ends(product),
        *_ambiguous_arcs(product),
        *_uneven_fields(product),
        *_foreign_words(product),
    ]
    if faults:
        raise DefinitionError(f"{product.key}: " + "; ".join(faults))


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


def _unreachable(product: Product) -> Iterator[str]:
    reached, frontier = {PENDING}, [PENDING]
    while frontier:
        state = frontier.pop()
        for arc in product.all_arcs:
            if state in arc.sources and arc.target not in reached:
                reached.add(arc.target)
                frontier.append(arc.target)
    for state in product.states:
        if state not in reached:
            yield f"state {state!r} cannot be reached from {PENDING!r}"


def _dead_ends(product: Product) -> Iterator[str]:
    for state in product.states:
        leaves = any(state in arc.sources for arc in product.all_arcs)
        if not leaves and state != REFUNDED:
            yield f"no arc leaves {state!r}"
        if leaves and state == REFUNDED:
            yield f"an arc leaves {REFUNDED!r}, which is final"


def _ambiguous_arcs(product: Product) -> Iterator[str]:
    seen: Counter[tuple[str, str, str | None]] = Counter()
    for arc in product.all_arcs:
        seen.update((arc.event, source, arc.came_from) for source in arc.sources)
    for (event, source, _), count in seen.items():
        if count > 1:
            yield f"{count} arcs could fire on {event} from {source!r}"


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
