"""What a drawing says beside its boxes and arrows, line by line; how to escape it is each format's own affair.

Signs that every format shares: `↩` a step that may be missing before a refund is possible, `⇢` what may come next, `▶`
where the resource stands now.
"""

import re
from collections.abc import Iterable

from workflows.diagrams.graph import Edge, Graph, Node, Start
from workflows.diagrams.overlay import Visit

_HERE, _NEXT, _REMEDY = (f"{sign}\N{NO-BREAK SPACE}" for sign in "▶⇢↩")
#: Characters that no text format can carry: control characters, halves of surrogate pairs, and two that are none.
_UNTEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def node_lines(node: Node) -> list[str]:
    """Its label, then what stands in it."""
    named = _HERE + node.label if node.here else node.label
    return lines_of([named, *(node.tally.lines if node.tally else ())])


def start_lines(start: Start) -> list[str]:
    return lines_of([start.event, *_visited(start.visits)])


def edge_lines(edge: Edge) -> list[str]:
    """The event, its conditions, who acts, then when it was passed."""
    signs = _NEXT * edge.possible + _REMEDY * edge.remedy
    conditions = [f"[{', '.join(edge.conditions)}]"] if edge.conditions else []
    return lines_of([signs + edge.event, *conditions, actor_words(edge), *_visited(edge.visits)])


def title_lines(graph: Graph) -> list[str]:
    """The title, then the caption of what is laid over the drawing."""
    return lines_of([graph.title, *graph.caption])


def actor_words(edge: Edge) -> str:
    return edge.actor.replace("_", " ")


def lines_of(texts: Iterable[str]) -> list[str]:
    """The texts as lines without line breaks or anything else that is no text; none is empty."""
    lines = [line for text in texts for line in text.splitlines() or [""]]
    return [_UNTEXT.sub("\N{REPLACEMENT CHARACTER}", line) or "\N{NO-BREAK SPACE}" for line in lines]


def _visited(visits: tuple[Visit, ...]) -> list[str]:
    return [visit.text.replace(" ", "\N{NO-BREAK SPACE}") for visit in visits]
