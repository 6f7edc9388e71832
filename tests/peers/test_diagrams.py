"""Diagrams are accepted by parsers nobody here wrote: Graphviz's `dot`, and the `mermaid` package from npm."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof.payments import proof_of
from workflows.definition import Defined, Refundable
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.graph import graph_of
from workflows.machines import MACHINES
from workflows.products.message_notification import MESSAGE_NOTIFICATION
from workflows.words import ISSUED

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
    for machine in MACHINES.values():
        (tmp_path / f"{machine.key}.mmd").write_text(draw(machine, FORMATS["mermaid"]), encoding="utf-8")
    assert kinds_of(tmp_path) == ["stateDiagram"] * len(MACHINES)


def test_mermaid_parses_a_counter_example(tmp_path: Path) -> None:
    in_use = replace(MESSAGE_NOTIFICATION, refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED)))
    drawn = [one.violation.mermaid for one in proof_of(in_use).findings if one.violation is not None]
    for number, text in enumerate(drawn):
        assert text is not None
        (tmp_path / f"{number}.mmd").write_text(text, encoding="utf-8")
    assert drawn
    assert kinds_of(tmp_path) == ["stateDiagram"] * len(drawn)


def kinds_of(folder: Path) -> list[str]:
    """The kind of diagram that Mermaid finds in each file of a folder."""
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    assert (HERE / "node_modules" / "mermaid").is_dir(), "run `npm ci` in tests/peers first; make test-peers does"
    answer = subprocess.run(
        [node, str(HERE / "parse_mermaid.mjs"), *sorted(str(path) for path in folder.iterdir())],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()
