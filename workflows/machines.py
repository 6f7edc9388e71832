"""Every machine there is, by the key it is published under: the products', the refund's own, and the window's."""

from typing import Final

from workflows.definition import Defined
from workflows.products import CATALOGUE
from workflows.refund_machine import REFUND
from workflows.validation import check_lifecycle
from workflows.window_machine import WINDOW

LIFECYCLES: Final = (REFUND, WINDOW)
for _lifecycle in LIFECYCLES:
    check_lifecycle(_lifecycle)

MACHINES: Final[dict[str, Defined]] = {
    **{product.key: product for product in CATALOGUE},
    **{lifecycle.key: lifecycle for lifecycle in LIFECYCLES},
}
