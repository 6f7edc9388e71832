"""A database with a life in it, and catalogues that differ from the one that runs in a single product."""

from dataclasses import replace
from typing import Any

from persistence import history
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.databases import quick_engine
from tests.money.world import World
from workflows.catalogue import Catalogue
from workflows.definition import Product
from workflows.history import Row
from workflows.products import CATALOGUE
from workflows.words import PENDING, VALIDATION_FAILED

CERTIFICATE = CATALOGUE.product("ssl_certificate")
GATEWAY = CATALOGUE.product("https_acceleration_gateway")
CA = CATALOGUE.product("private_ca")


def catalogue_with(*altered: Product) -> Catalogue:
    """The catalogue that runs, with these products in place of those of the same key."""
    by_key = {product.key: product for product in altered}
    return Catalogue(*(by_key.get(product.key, product) for product in CATALOGUE))


def catalogue_without(key: str) -> Catalogue:
    return Catalogue(*(product for product in CATALOGUE if product.key != key))


def without_state(product: Product, state: str, **more: Any) -> Product:
    """The product as if the state had never been: no arc leads there or leaves it."""
    arcs = tuple(
        replace(arc, sources=sources)
        for arc in product.arcs
        if arc.target != state and (sources := tuple(source for source in arc.sources if source != state))
    )
    return replace(
        product,
        arcs=arcs,
        refundable=tuple(way for way in product.refundable if way.state != state),
        labels={key: label for key, label in product.labels.items() if key != state},
        **more,
    )


def without_event(product: Product, event: str) -> Product:
    return replace(product, arcs=tuple(arc for arc in product.arcs if arc.event != event))


#: A certificate whose failed validation is no state of its own any more.
NO_FAILED_STATE = without_state(CERTIFICATE, VALIDATION_FAILED)
MOVED = replace(NO_FAILED_STATE, moved={VALIDATION_FAILED: PENDING})


def populated(database_url: str) -> World:
    """Certificates in three states, two of them where their validation failed, and a gateway in service."""
    world = World(database_url)
    for subject in ("failed-1", "failed-2", "issued", "fresh"):
        world.pay(subject)
    for subject in ("failed-1", "failed-2", "issued"):
        world.tell("certificate.application_submitted", subject)
    for subject in ("failed-1", "failed-2"):
        world.tell("certificate.validation_failed", subject)
    world.tell("certificate.issued", "issued")
    world.pay("gateway", product="https_acceleration_gateway", quota_units=300)
    world.tell("gateway.domain_added", "gateway")
    return world


def reopened(database_url: str, catalogue: Catalogue, clock: SetClock) -> Desk:
    return open_desk(quick_engine(database_url), catalogue, [], clock)


def rows_of(desk: Desk, subject: str) -> list[Row]:
    with desk.store.reading() as connection:
        return list(history.of_resource(connection, subject))
