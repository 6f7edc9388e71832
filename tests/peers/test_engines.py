"""Two engines nobody here wrote run the published machines and stand where the rules do, event by event.

XState 5 (npm) runs the JSON, `python-statemachine` the SCXML. Both are told each event with the verdicts on its
conditions, as `workflows.diagrams.verdicts` says; what the rules park, refuse or reject moves neither.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from statemachine import StateChart
from statemachine.io.scxml.processor import SCXMLProcessor

from tests.peers.walks import Taken, Walk, every_arc, walks
from workflows.diagrams import FORMATS, draw
from workflows.machines import MACHINES

pytestmark = pytest.mark.peers
HERE = Path(__file__).parent
COUNT, SEED = 10_000, 20260329


@pytest.fixture(scope="module")
def walked() -> tuple[list[Walk], set[Taken]]:
    return walks(COUNT, SEED)


def stand(walk: Walk) -> list[tuple[str, ...]]:
    """Where the rules stand: at the beginning, and after each event."""
    return [walk.begins, *walk.stood]


def test_the_walks_take_every_arc(walked: tuple[list[Walk], set[Taken]]) -> None:
    found, taken = walked
    assert not set(every_arc()) - taken
    assert {walk.machine for walk in found} == {*MACHINES} - {"window"}
    assert sum(walk.machine != "refund" for walk in found) == COUNT


def test_xstate_stands_where_the_rules_do(walked: tuple[list[Walk], set[Taken]], tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    assert (HERE / "node_modules" / "xstate").is_dir(), "run `npm ci` in tests/peers first; make test-peers does"
    found, _ = walked
    told = {
        "machines": {key: json.loads(draw(machine, FORMATS["json"])) for key, machine in MACHINES.items()},
        "walks": [(walk.machine, [{"type": type_, **verdicts} for type_, verdicts in walk.told]) for walk in found],
    }
    (tmp_path / "walks.json").write_text(json.dumps(told), encoding="utf-8")
    answer = subprocess.run(
        [node, str(HERE / "run_xstate.mjs"), str(tmp_path / "walks.json")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    stood = [[tuple(states) for states in walk] for walk in json.loads(answer.stdout)]
    assert not list(differences(found, stood))


def test_python_statemachine_stands_where_the_rules_do(walked: tuple[list[Walk], set[Taken]]) -> None:
    # An engine needs a millisecond and a half to be made and half of one for an event: what is told alike is told once.
    distinct = list({(walk.machine, repr(walk.told)): walk for walk in walked[0]}.values())
    engines = {key: Scxml(draw(machine, FORMATS["scxml"])) for key, machine in MACHINES.items()}
    assert not list(differences(distinct, [engines[walk.machine].follow(walk) for walk in distinct]))


class Scxml:
    """A document, loaded once; every walk has an engine of its own."""

    def __init__(self, document: str) -> None:
        processor = SCXMLProcessor()
        processor.parse_scxml("machine", document)
        self.made: type[StateChart[Any]] = next(iter(processor.scs.values()))
        self.atomic = {state.id for state in self.made.states_map.values() if not state.states}

    def follow(self, walk: Walk) -> list[tuple[str, ...]]:
        engine = self.made()
        stood = [self._regions(engine, walk)]
        for type_, verdicts in walk.told:
            engine.send(type_, **verdicts)
            stood.append(self._regions(engine, walk))
        return stood

    def _regions(self, engine: "StateChart[Any]", walk: Walk) -> tuple[str, ...]:
        """The states it stands in, those of the lifecycle before that of the window."""
        window = MACHINES["window"].states
        standing = [state for state in engine.configuration_values if state in self.atomic]
        return tuple(sorted(standing, key=lambda state: state in window))


def differences(found: list[Walk], stood: list[list[tuple[str, ...]]]) -> Iterator[str]:
    """The first telling of each walk after which an engine stands elsewhere; at most a few, the rest is alike."""
    assert len(found) == len(stood)
    shown = 0
    for walk, theirs in zip(found, stood, strict=True):
        for step, (ours, other) in enumerate(zip(stand(walk), theirs, strict=True)):
            if ours != other:
                said = walk.told[step - 1] if step else "its beginning"
                yield f"{walk.machine}, after {said} from {stand(walk)[step - 1]}: {other} instead of {ours}"
                shown += 1
                break
        if shown == 5:
            return
