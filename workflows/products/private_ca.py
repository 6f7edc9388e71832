"""Private certificate authorities, root or intermediate.

Published rules: unused, it is refunded in full; once enabled it must be reset within the window first, and resetting
asks to confirm that all data is deleted.
"""

from workflows.definition import Arc, Change, Guard, Product, Refundable, Step
from workflows.fields import boolean, choice
from workflows.reasons import MUST_RESET, RESET_NOT_CONFIRMED
from workflows.words import CUSTOMER, ISSUED, PENDING, RESET

DELETION_CONFIRMED = Guard(
    "data deletion confirmed", RESET_NOT_CONFIRMED, lambda _resource, data: data["confirmed_data_deletion"] is True
)

PRIVATE_CA = Product(
    key="private_ca",
    title="Private certificate authority",
    labels={PENDING: "Unused", ISSUED: "Enabled"},
    arcs=(
        Arc(
            "ca.enabled",
            (PENDING, RESET, ISSUED),
            ISSUED,
            CUSTOMER,
            fields=(choice("level", "root", "intermediate"),),
            change=Change("note the level", lambda _facts, data: {"level": data["level"]}),
        ),
        Arc(
            "ca.reset",
            (ISSUED,),
            RESET,
            CUSTOMER,
            fields=(boolean("confirmed_data_deletion", default=False),),
            guards=(DELETION_CONFIRMED,),
            step=Step(MUST_RESET, {"confirmed_data_deletion": True}),
        ),
    ),
    refundable=(Refundable(PENDING), Refundable(RESET, by_deadline=True)),
)
