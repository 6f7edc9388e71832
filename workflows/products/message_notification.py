"""Message notification quotas.

Published rule: refunded in full while unused, which means that no notification has been configured.
"""

from workflows.definition import Arc, Product, Refundable
from workflows.words import CUSTOMER, ISSUED, PENDING

MESSAGE_NOTIFICATION = Product(
    key="message_notification",
    title="Message notifications",
    labels={PENDING: "Unused", ISSUED: "Used"},
    arcs=(Arc("notification.configured", (PENDING, ISSUED), ISSUED, CUSTOMER),),
    refundable=(Refundable(PENDING),),
    by_override=(ISSUED,),
)
