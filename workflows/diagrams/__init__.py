"""State diagrams, drawn from the definitions that run: definition -> plain graph -> text."""

from collections.abc import Callable
from typing import Final

from workflows.definition import Defined
from workflows.diagrams.dot import to_dot
from workflows.diagrams.graph import Graph, graph_of
from workflows.diagrams.mermaid import to_mermaid
from workflows.diagrams.overlay import Overlay
from workflows.diagrams.plantuml import to_plantuml
from workflows.diagrams.scxml import to_scxml
from workflows.diagrams.svg import to_svg
from workflows.diagrams.xstate import to_json

FORMATS: Final[dict[str, Callable[[Graph], str]]] = {
    "mermaid": to_mermaid,
    "dot": to_dot,
    "plantuml": to_plantuml,
    "scxml": to_scxml,
    "json": to_json,
    "svg": to_svg,
}


def draw(definition: Defined, render: Callable[[Graph], str], overlay: Overlay | None = None) -> str:
    """A machine as text in one of the FORMATS, with what is laid over it."""
    return render(graph_of(definition, overlay))
