"""Payments and rules that the tests of the proof begin with, and a catalogue that checks nothing."""

from collections.abc import Sequence
from dataclasses import replace

from service.standard_rules import STANDARD_RULES
from workflows.catalogue import Catalogue
from workflows.definition import Product
from workflows.machine import Engine
from workflows.products import CATALOGUE
from workflows.proof.proving import prove
from workflows.proof.report import Proof
from workflows.proof.starts import Start, starts
from workflows.rules import Rules, parse_rules

STANDARD = parse_rules(STANDARD_RULES)


class Unchecked(Catalogue):
    """A catalogue that takes a definition as it is, faults and all."""

    def __init__(self, *products: Product) -> None:
        self._products = {product.key: product for product in products}
        self._engines = {product.key: Engine(product) for product in products}
        self._by_event = {event: product for product in products for event in product.use_events}


def chosen(catalogue: Catalogue, key: str, rules: Rules, names: Sequence[str], *, waiting: bool = False) -> list[Start]:
    """The payments of these names, without an event that waits beside them unless that is asked for."""
    found = [one for one in starts(catalogue, catalogue.product(key), rules) if one.name in names]
    assert len(found) == len(names), [one.name for one in starts(catalogue, catalogue.product(key), rules)]
    return [replace(one, waiting=waiting and one.waiting) for one in found]


def proof_of(product: Product, *names: str, rules: Rules = STANDARD) -> Proof:
    """The proof of a product in place of the one of its key, from some payments only."""
    catalogue = Unchecked(*(product if one.key == product.key else one for one in CATALOGUE))
    return prove(catalogue, product.key, rules, chosen(catalogue, product.key, rules, names or ("paid in cash",)))
