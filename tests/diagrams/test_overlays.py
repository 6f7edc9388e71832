"""Every format shows what is laid over a machine: what stands where, the way that was taken, and what may come next."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.diagrams.drawings import AT, full_overlay
from workflows.definition import Defined
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.overlay import Overlay, Tally, Visit
from workflows.machines import MACHINES

OWN = "{urn:refundry:diagram}"
SCXML = "{http://www.w3.org/2005/07/scxml}"
CERTIFICATE = MACHINES["ssl_certificate"]
LAID = Overlay(
    caption=("resource r-1",),
    tallies={"pending": Tally(1234)},
    visits={
        (None, "order.paid", "pending"): (Visit(1, AT),),
        ("pending", "certificate.application_submitted", "verifying"): (Visit(2, AT),),
    },
    here=frozenset({"verifying", "open"}),
    possible=frozenset({("verifying", "certificate.issued", "issued")}),
)


def line_of(drawn: str, *parts: str) -> str:
    """The one line that has all the parts."""
    [found] = [line for line in drawn.splitlines() if all(part in line for part in parts)]
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_shows_counts_times_and_the_caption(format_: str) -> None:
    drawn = draw(CERTIFICATE, FORMATS[format_], LAID).replace("\N{NON-BREAKING HYPHEN}", "-").replace("#58;", ":")
    assert "resource r-1" in drawn
    assert "1,234" in drawn or '"count": 1234' in drawn
    assert drawn.count("2026-03-01T10:00:00Z") >= 2


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.key)
def test_nothing_laid_over_leaves_a_drawing_as_it_was(machine: Defined, format_: str) -> None:
    bare = draw(machine, FORMATS[format_])
    assert draw(machine, FORMATS[format_], Overlay()) == bare
    assert draw(machine, FORMATS[format_], full_overlay(machine)) != bare


def test_mermaid_marks_where_it_is_and_what_may_come() -> None:
    drawn = draw(CERTIFICATE, FORMATS["mermaid"], LAID)
    assert "class verifying,open here" in drawn
    assert "⇢" in line_of(drawn, "verifying --> issued")
    assert drawn.count("⇢") == 1


def test_dot_and_plantuml_draw_next_steps_dashed_and_the_way_blue() -> None:
    dot, plantuml = (draw(CERTIFICATE, FORMATS[name], LAID) for name in ("dot", "plantuml"))
    assert 'style="dashed"' in line_of(dot, '"verifying" -> "issued"')
    assert "#2b5cb8" in line_of(dot, '"pending" -> "verifying"')
    assert "penwidth=3" in line_of(dot, '  "verifying" [')
    assert line_of(plantuml, "verifying -[dashed]-> issued")
    assert line_of(plantuml, "pending -[#2b5cb8]-> verifying")
    assert "<<here>>" in line_of(plantuml, " as verifying ")


def test_a_remedy_that_may_come_next_is_bold_and_dashed() -> None:
    cancelled = ("verifying", "certificate.application_cancelled", "pending")
    laid = replace(LAID, possible=frozenset({cancelled}))
    assert 'style="bold,dashed"' in line_of(draw(CERTIFICATE, FORMATS["dot"], laid), '"verifying" -> "pending"')
    assert line_of(draw(CERTIFICATE, FORMATS["plantuml"], laid), "verifying -[bold,dashed]-> pending")


def test_scxml_and_json_keep_it_apart_from_what_runs() -> None:
    bare, laid = (ElementTree.fromstring(draw(CERTIFICATE, FORMATS["scxml"], over)) for over in (None, LAID))
    for one, other in zip(bare.iter(), laid.iter(), strict=True):
        assert one.tag == other.tag
        assert foreign(one) == foreign(other)
    plain, told = (json.loads(draw(CERTIFICATE, FORMATS["json"], over)) for over in (None, LAID))
    assert told["states"]["ssl_certificate"]["states"]["verifying"]["meta"] == {"here": True}
    assert without_meta(plain) == without_meta(told)


def foreign(element: ElementTree.Element) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if not name.startswith(OWN)}


def without_meta(config: object) -> object:
    if isinstance(config, dict):
        return {name: without_meta(value) for name, value in config.items() if name not in ("meta", "description")}
    return [without_meta(value) for value in config] if isinstance(config, list) else config


def test_a_final_state_that_an_arc_leaves_is_only_resting() -> None:
    refund = json.loads(draw(MACHINES["refund"], FORMATS["json"]))["states"]
    assert {key for key, state in refund.items() if state.get("type") == "final"} == {"declined", "failed", "reversed"}
    assert refund["succeeded"]["tags"] == ["resting"]
    root = ElementTree.fromstring(draw(CERTIFICATE, FORMATS["scxml"]))
    assert [final.get("id") for final in root.iter(f"{SCXML}final")] == ["refunded"]
    assert [region.get("id") for region in root.findall(f"{SCXML}parallel/{SCXML}state")] == [CERTIFICATE.key, "window"]
