"""HTTPS acceleration gateway instances.

Published rules: unused, it is refunded in full; with a domain added and nothing consumed it must be reset first; with
quota consumed (requests or outbound traffic) the account manager refunds the fee less the fee of what was consumed.
"""

from workflows.definition import Arc, Change, Guard, Meter, Product, Refundable, Step
from workflows.fields import Data, positive_integer
from workflows.reasons import MUST_RESET, QUOTA_CONSUMED, REFUND_IN_PROGRESS
from workflows.resource import Resource
from workflows.words import CUSTOMER, ISSUED, METERING, PENDING, REFUNDING, RESET, Outcome, RefundStatus

METER = Meter(used="consumed", total="quota_units")
UNITS = (positive_integer("units"),)


def _nothing_consumed(resource: Resource, _data: Data) -> bool:
    return not resource.facts.get(METER.used)


def _partial_refund_in_review(resource: Resource, _data: Data) -> bool:
    refund = resource.refund
    return refund is not None and refund.partial and refund.status == RefundStatus.IN_REVIEW


NOTHING_CONSUMED = Guard(
    "nothing consumed",
    QUOTA_CONSUMED,
    _nothing_consumed,
    lambda resource, _data: {"used": resource.facts[METER.used], "total": resource.facts[METER.total]},
)
PARTIAL_REFUND_IN_REVIEW = Guard(
    "partial refund in review", REFUND_IN_PROGRESS, _partial_refund_in_review, otherwise=Outcome.PARKED
)
COUNT_UNITS = Change("count the units", lambda facts, data: {METER.used: facts.get(METER.used, 0) + data["units"]})

HTTPS_ACCELERATION_GATEWAY = Product(
    key="https_acceleration_gateway",
    title="HTTPS acceleration gateway",
    labels={PENDING: "Unused", ISSUED: "In service"},
    payment_fields=(positive_integer("quota_units"),),
    arcs=(
        Arc("gateway.domain_added", (PENDING, RESET, ISSUED), ISSUED, CUSTOMER),
        Arc("gateway.quota_consumed", (ISSUED,), ISSUED, METERING, fields=UNITS, change=COUNT_UNITS),
        Arc(
            "gateway.quota_consumed",
            (REFUNDING,),
            REFUNDING,
            METERING,
            fields=UNITS,
            guards=(PARTIAL_REFUND_IN_REVIEW,),
            change=COUNT_UNITS,
        ),
        Arc("gateway.reset", (ISSUED,), RESET, CUSTOMER, guards=(NOTHING_CONSUMED,), step=Step(MUST_RESET)),
    ),
    refundable=(Refundable(PENDING), Refundable(RESET, by_deadline=True), Refundable(ISSUED, partial=True)),
    meter=METER,
)
