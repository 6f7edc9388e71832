"""Diagrams are accepted by parsers nobody here wrote: Graphviz's `dot`, and the `mermaid` package from npm."""

import shutil
import subprocess
from pathlib import Path

import pytest

from workflows.definition import Defined
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.graph import graph_of
from workflows.machines import MACHINES

pytestmark = pytest.mark.peers
HERE = Path(__file__).parent


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.key)
def test_graphviz_draws_every_machine(machine: Defined) -> None:
    dot = shutil.which("dot")
    assert dot, "Graphviz's dot is not installed (Debian: graphviz)"
    answer = subprocess.run(
        [dot, "-Tplain"], input=draw(machine, FORMATS["dot"]), capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    drawn = [line.split()[1].strip('"') for line in answer.stdout.splitlines() if line.startswith("node ")]
    first, *beside = graph_of(machine).regions
    nodes = {node.key for region in (first, *beside) for node in region.nodes}
    assert set(drawn) == {*nodes, "(start)", *(f"({region.key})" for region in beside)}
    edges = sum(line.startswith("edge ") for line in answer.stdout.splitlines())
    assert edges == sum(len(region.starts) + len(region.edges) for region in (first, *beside))


def test_mermaid_parses_every_machine(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    assert (HERE / "node_modules" / "mermaid").is_dir(), "run `npm ci` in tests/peers first; make test-peers does"
    for machine in MACHINES.values():
        (tmp_path / f"{machine.key}.mmd").write_text(draw(machine, FORMATS["mermaid"]), encoding="utf-8")
    answer = subprocess.run(
        [node, str(HERE / "parse_mermaid.mjs"), *sorted(str(path) for path in tmp_path.iterdir())],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["stateDiagram"] * len(MACHINES), answer.stdout
