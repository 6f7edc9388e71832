"""Every machine there is, by the key it is published under: the products', and the refund's own."""

from typing import Final

from workflows.definition import Defined
from workflows.products import CATALOGUE
from workflows.refund_machine import REFUND

MACHINES: Final[dict[str, Defined]] = {product.key: product for product in CATALOGUE} | {REFUND.key: REFUND}
