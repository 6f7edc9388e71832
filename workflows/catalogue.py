"""The catalogue of products: found by key or by event type, each with its compiled machine."""

from collections.abc import Iterator

from workflows.definition import Product
from workflows.machine import Engine
from workflows.validation import check_catalogue, check_product


class Catalogue:
    """An immutable set of products. Raises DefinitionError where one of them, or two together, cannot work."""

    def __init__(self, *products: Product) -> None:
        for product in products:
            check_product(product)
        check_catalogue(products)
        self._products = {product.key: product for product in products}
        self._engines = {product.key: Engine(product) for product in products}
        self._by_event = {event: product for product in products for event in product.use_events}

    def __iter__(self) -> Iterator[Product]:
        return iter(self._products.values())

    def __contains__(self, key: object) -> bool:
        return key in self._products

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._products)

    def product(self, key: str) -> Product:
        return self._products[key]

    def engine(self, key: str) -> Engine:
        return self._engines[key]

    def of_event(self, event: str) -> Product | None:
        """The product whose use event this is, or None."""
        return self._by_event.get(event)
