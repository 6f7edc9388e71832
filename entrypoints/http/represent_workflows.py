"""Machines as the contract's JSON."""

from collections.abc import Sequence
from typing import Any

from workflows.definition import Arc, Defined, Product
from workflows.diagrams.graph import Edge, graph_of
from workflows.fields import Field
from workflows.refund_machine import REFUND
from workflows.window_machine import WINDOW


def workflow(machine: Defined) -> dict[str, Any]:
    """All that a machine's definition says."""
    region = graph_of(machine).regions[0]
    arcs = (arc for arc in machine.all_arcs for _ in arc.sources)
    product = machine if isinstance(machine, Product) else None
    return {
        "key": machine.key,
        "title": machine.title,
        "kind": machine.key if product is None else "product",
        "definition": machine.definition_hash,
        "starts": [{"event": start.event, "to": start.target} for start in region.starts],
        "states": [{"key": node.key, "label": node.label, "mark": node.mark.value} for node in region.nodes],
        "arcs": [_arc(edge, arc) for edge, arc in zip(region.edges, arcs, strict=True)],
        "payment_data": _fields(() if product is None else product.payment_fields),
        "refundable": [] if product is None else _refundable(product),
        "by_override": [] if product is None else list(product.by_override),
        "beside": [] if product is None else [WINDOW.key, REFUND.key],
    }


def _arc(edge: Edge, arc: Arc) -> dict[str, Any]:
    return {
        "event": edge.event,
        "from": edge.source,
        "to": edge.target,
        "actor": edge.actor,
        "conditions": list(edge.conditions),
        "data": _fields(arc.fields),
        "step": None if arc.step is None else {"missing": arc.step.missing.key, "data": dict(arc.step.data)},
    }


def _refundable(product: Product) -> list[dict[str, Any]]:
    return [{"state": way.state, "by_deadline": way.by_deadline, "partial": way.partial} for way in product.refundable]


def _fields(fields: Sequence[Field]) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "expects": one.expects, "required": one.required, "default": one.default} for one in fields
    ]
