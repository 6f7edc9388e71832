"""Diagrams are accepted by parsers nobody here wrote, bare, with everything laid over, and with texts that bite."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from statemachine.io.scxml.processor import SCXMLProcessor

from tests.diagrams.drawings import every_graph
from tests.proof.payments import proof_of
from workflows.definition import Refundable
from workflows.diagrams import FORMATS
from workflows.diagrams.graph import Graph
from workflows.products.message_notification import MESSAGE_NOTIFICATION
from workflows.words import ISSUED

pytestmark = pytest.mark.peers
HERE = Path(__file__).parent
GRAPHS = every_graph()
of_every_graph = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
NEEDS_NPM = "run `npm ci` in tests/peers first; make test-peers does"


def run(*command: str | Path, told: str | None = None) -> str:
    answer = subprocess.run(command, input=told, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, f"{answer.stdout[-2000:]}\n{answer.stderr[-2000:]}"
    return answer.stdout


def program(name: str, package: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is not installed ({package})"
    return found


def written(format_: str, folder: Path) -> list[Path]:
    """Every graph in a format, a file each."""
    for name, graph in GRAPHS.items():
        (folder / f"{name}.txt").write_text(FORMATS[format_](graph), encoding="utf-8")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("dot", [("dot", "Debian: graphviz"), ("graphviz-pure", "PyPI: graphviz-pure")], ids=str)
@of_every_graph
def test_graphviz_draws_every_state_and_arc(dot: tuple[str, str], graph: Graph) -> None:
    plain = run(program(*dot), "-Tplain", told=FORMATS["dot"](graph)).replace("\\\n", "").splitlines()
    first, *beside = graph.regions
    nodes = {node.key for region in graph.regions for node in region.nodes}
    drawn = {line.split()[1].strip('"') for line in plain if line.startswith("node ")}
    assert drawn == {*nodes, "(start)", *(f"({region.key})" for region in beside)}
    edges = sum(line.startswith("edge ") for line in plain)
    assert edges == sum(len(region.starts) + len(region.edges) for region in (first, *beside))


def test_mermaid_parses_every_diagram(tmp_path: Path) -> None:
    assert kinds_of(written("mermaid", tmp_path)) == ["stateDiagram"] * len(GRAPHS)


def test_mermaid_parses_a_counter_example(tmp_path: Path) -> None:
    in_use = replace(MESSAGE_NOTIFICATION, refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED)))
    drawn = [one.violation.mermaid for one in proof_of(in_use).findings if one.violation is not None]
    for number, text in enumerate(drawn):
        assert text is not None
        (tmp_path / f"{number}.mmd").write_text(text, encoding="utf-8")
    assert drawn
    assert kinds_of(sorted(tmp_path.iterdir())) == ["stateDiagram"] * len(drawn)


def kinds_of(files: Iterable[Path]) -> list[str]:
    """The kind of diagram that Mermaid finds in each file."""
    assert (HERE / "node_modules" / "mermaid").is_dir(), NEEDS_NPM
    return run(program("node", "Debian: nodejs"), HERE / "parse_mermaid.mjs", *files).split()


def test_plantuml_takes_every_diagram_as_a_state_diagram(tmp_path: Path) -> None:
    files = written("plantuml", tmp_path)
    told = "".join(file.read_text(encoding="utf-8") for file in files)
    printed = run(program("plantuml", "Debian: plantuml"), "-syntax", "-charset", "UTF-8", told=told)
    assert re.findall(r"^[A-Z]+$", printed, re.MULTILINE) == ["STATE"] * len(GRAPHS), printed


@of_every_graph
def test_python_statemachine_loads_every_document(graph: Graph) -> None:
    processor = SCXMLProcessor()
    processor.parse_scxml(graph.key, FORMATS["scxml"](graph))
    made = next(iter(processor.scs.values()))
    nodes = {node.key for region in graph.regions for node in region.nodes}
    assert nodes <= {state.id for state in made.states_map.values()}
    ends = {node.key for region in graph.regions for node in region.nodes if node.ends}
    assert {state.id for state in made.states_map.values() if state.final} == ends


def test_xstate_makes_every_machine(tmp_path: Path) -> None:
    assert (HERE / "node_modules" / "xstate").is_dir(), NEEDS_NPM
    machines = {name: json.loads(FORMATS["json"](graph)) for name, graph in GRAPHS.items()}
    file = tmp_path / "machines.json"
    file.write_text(json.dumps({"machines": machines, "walks": [[name, []] for name in machines]}), encoding="utf-8")
    begun = json.loads(run(program("node", "Debian: nodejs"), HERE / "run_xstate.mjs", file))
    for graph, [states] in zip(GRAPHS.values(), begun, strict=True):
        starts = [region.starts for region in graph.regions]
        assert states == ["start" if len(one) > 1 else one[0].target for one in starts]
