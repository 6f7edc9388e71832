"""Taking one arc: the resource as it stands behind it. The one place where an arc's meaning becomes facts."""

from datetime import datetime

from workflows.definition import Arc, Product
from workflows.fields import Data
from workflows.resource import Resource


def taken(product: Product, resource: Resource, arc: Arc, data: Data, counts_at: datetime) -> Resource:
    """The resource after a use arc. `counts_at` is the instant the deadline is held against."""
    facts = resource.facts
    if arc.change is not None:
        facts = {**facts, **arc.change.facts(facts, data)}
    if arc.target == resource.state:
        return resource.used(arc.target, facts, resource.remedied_at, arc.event)
    return resource.used(arc.target, facts, counts_at if product.binds(arc.target) else None, arc.event)
