"""Certificate application repository quotas.

Published rule: refunded in full while unused, which means that none of its API calls has been consumed.
"""

from workflows.definition import Arc, Product, Refundable
from workflows.words import CUSTOMER, ISSUED, PENDING

CERTIFICATE_REPOSITORY = Product(
    key="certificate_repository",
    title="Certificate application repository",
    labels={PENDING: "Unused", ISSUED: "Used"},
    arcs=(Arc("repository.api_called", (PENDING, ISSUED), ISSUED, CUSTOMER),),
    refundable=(Refundable(PENDING),),
    by_override=(ISSUED,),
)
