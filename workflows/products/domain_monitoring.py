"""Public domain name monitoring quotas.

Published rule: refunded in full while unused, which means that no monitoring has been configured.
"""

from workflows.definition import Arc, Product, Refundable
from workflows.words import CUSTOMER, ISSUED, PENDING

DOMAIN_MONITORING = Product(
    key="domain_monitoring",
    title="Public domain name monitoring",
    labels={PENDING: "Unused", ISSUED: "Used"},
    arcs=(Arc("monitoring.configured", (PENDING, ISSUED), ISSUED, CUSTOMER),),
    refundable=(Refundable(PENDING),),
    by_override=(ISSUED,),
)
