"""Any text can stand in any drawing: what a format takes for a sign is escaped, and nothing of it gets lost."""

import html
import json
import re
from xml.etree import ElementTree

import pytest

from tests.diagrams.drawings import NASTY, nasty_graph
from workflows.definition import Defined
from workflows.diagrams import FORMATS
from workflows.diagrams.graph import graph_of
from workflows.diagrams.labels import lines_of
from workflows.diagrams.verdicts import verdict_name
from workflows.machines import MACHINES

OWN = "{urn:refundry:diagram}"
SCXML = "{http://www.w3.org/2005/07/scxml}"
of_every_text = pytest.mark.parametrize("text", NASTY, ids=ascii)


def lines_drawn(text: str) -> list[str]:
    return lines_of([text])


@of_every_text
def test_mermaid_tells_every_text_by_entities(text: str) -> None:
    drawn = FORMATS["mermaid"](nasty_graph(text))
    told = re.search(r'state "(.*)" as two$', drawn, re.MULTILINE)
    assert told and '"' not in told[1]
    read = html.unescape(re.sub(r"#(\d+);", r"&#\1;", told[1].replace("<br/>", "\n")))
    assert read.replace("\N{NON-BREAKING HYPHEN}", "-").split("\n") == lines_drawn(text)


@of_every_text
def test_dot_tells_every_text_by_escapes_and_entities(text: str) -> None:
    drawn = FORMATS["dot"](nasty_graph(text))
    told = re.search(r'^ *"two" \[label="((?:[^"\\]|\\.)*)", fillcolor', drawn, re.MULTILINE)
    assert told
    read = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], told[1])
    assert html.unescape(read).split("\n") == lines_drawn(text)


@of_every_text
def test_plantuml_tells_every_text_by_code_points(text: str) -> None:
    drawn = FORMATS["plantuml"](nasty_graph(text))
    told = re.search(r'^state "([^"]*)" as two ', drawn, re.MULTILINE)
    assert told
    read = re.sub(r"<U\+([0-9A-F]+)>", lambda sign: chr(int(sign[1], 16)), told[1].replace("\\n", "\n"))
    assert read.split("\n") == lines_drawn(text)
    assert drawn.count("\n@enduml\n") == 1


@of_every_text
def test_scxml_tells_every_text_in_attributes(text: str) -> None:
    root = ElementTree.fromstring(FORMATS["scxml"](nasty_graph(text)))
    final = next(root.iter(f"{SCXML}final"))
    assert final.get(f"{OWN}label", "") == ("\n".join(lines_drawn(text)) if text else "")


@of_every_text
def test_json_tells_every_text_as_it_is(text: str) -> None:
    config = json.loads(FORMATS["json"](nasty_graph(text)))
    assert config["states"]["thing"]["states"]["two"]["description"] == text


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.key)
def test_every_condition_has_a_verdict_of_its_own(machine: Defined) -> None:
    edges = [edge for region in graph_of(machine).regions for edge in region.edges]
    conditions = {condition for edge in edges for condition in edge.conditions}
    assert len({verdict_name(condition) for condition in conditions}) == len(conditions)
    events = {edge.event for edge in edges}
    # SCXML matches events by their leading words: none may be the beginning of another.
    assert not [(one, other) for one in events for other in events if other.startswith(f"{one}.")]
