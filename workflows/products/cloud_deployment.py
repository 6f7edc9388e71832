"""Quotas for deployment to cloud products.

Published rule: refunded in full while unused, which means that no deployment task has been created with any of
the four deployment features.
"""

from workflows.definition import Arc, Change, Product, Refundable
from workflows.fields import choice
from workflows.words import CUSTOMER, ISSUED, PENDING

FEATURES = ("cloud_services", "hosted_cloud_services", "cloud_servers", "multi_cloud")

CLOUD_DEPLOYMENT = Product(
    key="cloud_deployment",
    title="Deployment to cloud products",
    labels={PENDING: "Unused", ISSUED: "Used"},
    arcs=(
        Arc(
            "deployment.task_created",
            (PENDING, ISSUED),
            ISSUED,
            CUSTOMER,
            fields=(choice("feature", *FEATURES, required=False),),
            change=Change(
                "note the feature", lambda _facts, data: {"feature": data["feature"]} if "feature" in data else {}
            ),
        ),
    ),
    refundable=(Refundable(PENDING),),
    by_override=(ISSUED,),
)
