"""Drawings to try the formats on: every machine, bare and with all that can be laid over it, and texts that bite."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from workflows.definition import Defined
from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region, Start, graph_of
from workflows.diagrams.overlay import Overlay, Tally, Visit
from workflows.machines import MACHINES
from workflows.money import Money

AT: Final = datetime(2026, 3, 1, 10, tzinfo=UTC)
NASTY: Final = (
    "1. plain",
    "\"quoted\" 'single' `ticked`",
    "a: b; c # d % e & f | g $ h",
    "<b>bold</b> &lt; <!-- no --> ]]>",
    "[*] --> x {y} (z) [[link]]",
    "**strong** __under__ //it// ~wave~ _em_ ^up^ == --",
    "back\\slash \\n \\N {{pre}} %% comment %{init}%",
    "two\nlines\r\nthree",
    "tab\t bell\x07 zero\x00",
    "Zürich 東京 🙂 \u202edrow",
    "-leading",
    "#leading",
    "!include x",
    "@enduml",
    "end",
    "",
)


def full_overlay(definition: Defined) -> Overlay:
    """An overlay that leaves nothing bare: tallies, a way over every arc, where it is, and next steps."""
    arcs = [(str(source), arc.event, str(arc.target)) for arc in definition.all_arcs for source in arc.sources]
    begun = [(None, event, str(target)) for target, event in definition.starts.items()]
    tally = Tally(1234, (Money("USD", 192_000), Money("JPY", 500)), timedelta(hours=5), timedelta(days=3, hours=2))
    return Overlay(
        caption=("1,234 resources", "as of 2026-03-01T10:00:00Z"),
        tallies={str(state): tally for state in definition.states},
        visits={key: (Visit(number, AT), Visit(number + 90, AT)) for number, key in enumerate([*begun, *arcs], 1)},
        here=frozenset(str(state) for state in definition.states[:1]),
        possible=frozenset(arcs[:2]),
    )


def nasty_graph(text: str) -> Graph:
    """A small graph with one text wherever a text can be; names of states and events stay names."""
    tally = Tally(3, (Money("USD", 160),), timedelta(seconds=40), timedelta(days=1))
    nodes = (
        Node("one", text, Mark.REFUNDABLE, True, tally, here=True),
        Node("two", text, Mark.FINAL, False),
    )
    edges = (
        Edge("one", "two", "thing.done", (text, "b"), text, remedy=True, visits=(Visit(2, AT),), possible=True),
        Edge("one", "one", "thing.done", (), text, remedy=False),
    )
    first = Region("thing", text, (Start("one", "thing.begun", (Visit(1, AT),)),), nodes, edges)
    third, fourth = replace(nodes[0], key="three"), replace(nodes[1], key="four")
    beside = Region("beside", text, (Start("three", "thing.begun"),), (third, fourth), ())
    return Graph("thing", text, (first, beside), (text, "second line"))


def every_graph() -> dict[str, Graph]:
    """By name: each machine bare and overlaid, and the texts that bite."""
    found = {key: graph_of(machine) for key, machine in MACHINES.items()}
    found |= {f"{key}-overlaid": graph_of(machine, full_overlay(machine)) for key, machine in MACHINES.items()}
    return found | {f"nasty-{number}": nasty_graph(text) for number, text in enumerate(NASTY)}
