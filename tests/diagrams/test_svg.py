"""SVG drawings: well-formed and told in words, the same on every machine, and nothing over anything else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest

from workflows.definition import Defined
from workflows.diagrams import draw
from workflows.diagrams.geometry import Box
from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region, Start, graph_of
from workflows.diagrams.inscription import label_of
from workflows.diagrams.layout import segments
from workflows.diagrams.lettering import EVENT, NOTE, STATE, cut, wrapped
from workflows.diagrams.overlay import ArcKey, Overlay, Tally, Visit
from workflows.diagrams.sheet import Sheet, sheet_of
from workflows.diagrams.spine import arrows_of
from workflows.diagrams.svg import to_embedded_svg, to_svg
from workflows.diagrams.theme import DARK, LIGHT, Palette, stylesheet
from workflows.machines import MACHINES
from workflows.money import Money

SVG = "{http://www.w3.org/2000/svg}"
T0 = datetime(2026, 3, 1, 10, tzinfo=UTC)
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CNY", "KWD", "AUD")
NASTY = "a <b> & \"c\" \x00\x1b ]]> 'd' " + "very_long" * 12
#: A machine with three states, texts that are markup, and arrows of every course.
STATES = ("one", "two <&>", "three")
EDGES = tuple(Edge(one, two, NASTY, (NASTY, "brief"), "an_actor", True) for one in STATES for two in STATES)
WILD = Graph(
    "wild <&>",
    NASTY,
    (
        Region(
            "wild",
            "wild",
            tuple(Start(state, NASTY) for state in STATES),
            tuple(Node(state, NASTY, mark, True) for state, mark in zip(STATES, list(Mark)[1:], strict=True)),
            EDGES,
        ),
        Region(NASTY, NASTY, (), (Node("title", "", Mark.PLAIN, False),), ()),
    ),
    (NASTY, "", NASTY * 3),
)


def arcs(machine: Defined) -> list[ArcKey]:
    regions = graph_of(machine).regions
    starts: list[ArcKey] = [(None, start.event, start.target) for region in regions for start in region.starts]
    return starts + [(edge.source, edge.event, edge.target) for region in regions for edge in region.edges]


def population(machine: Defined) -> Overlay:
    """Much money in many currencies in every state."""
    states = [node.key for region in graph_of(machine).regions for node in region.nodes]
    money = tuple(Money(currency, 12_345_678_901_234) for currency in CURRENCIES)
    tallies = {
        state: Tally(10**at, money[:at], timedelta(days=123, hours=23), timedelta(days=1234, hours=22))
        for at, state in enumerate(states)
    }
    return Overlay(
        ("All accounts", "As of 2026-03-01T10:00:00Z, with words enough to fill more than one line of it"), tallies
    )


def way(machine: Defined) -> Overlay:
    """A way along every arc, along some of them often, and every next step at once."""
    visits = {
        arc: tuple(Visit(100 * at + turn, T0 + timedelta(hours=at, minutes=turn)) for turn in range(at % 8))
        for at, arc in enumerate(arcs(machine))
    }
    states = frozenset(node.key for region in graph_of(machine).regions for node in region.nodes)
    return Overlay(("r-1",), {}, visits, states, frozenset(arcs(machine)[::2]))


def drawings() -> Iterator[tuple[str, Graph]]:
    for key, machine in MACHINES.items():
        yield key, graph_of(machine)
        yield f"{key}, population", graph_of(machine, population(machine))
        yield f"{key}, way", graph_of(machine, way(machine))
    yield "wild", WILD


DRAWINGS = dict(drawings())
every_drawing = pytest.mark.parametrize("graph", DRAWINGS.values(), ids=DRAWINGS)
every_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def test_a_drawing_is_the_same_every_time() -> None:
    for machine in MACHINES.values():
        assert draw(machine, to_svg) == draw(machine, to_svg)


@every_drawing
def test_it_is_well_formed_with_ids_of_its_own_and_nothing_from_elsewhere(graph: Graph) -> None:
    text = to_svg(graph)
    root = parsed(text)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert not [identity for identity in ids if re.search(r"\s", identity)]
    assert {tag.removeprefix(SVG) for tag in {element.tag for element in root.iter()}} <= {
        "svg", "title", "desc", "style", "g", "rect", "path", "text",
    }  # fmt: skip
    assert not [name for element in root.iter() for name in element.attrib if name == "style" or name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text


@every_machine
def test_every_state_and_event_is_there_as_text(machine: Defined) -> None:
    graph = graph_of(machine)
    root = parsed(to_svg(graph))
    for region in graph.regions:
        for node in region.nodes:
            (group,) = root.iterfind(f".//{SVG}g[@data-state='{node.key}']")
            assert "".join(text.text or "" for text in group.iter(f"{SVG}text")).startswith(node.label)
            assert node.mark.value in group.attrib["class"].split()
            assert (group.findtext(f"{SVG}title") or "").startswith(f"{node.label} ({node.key})")
        for edge in region.edges:
            shown, titles = _step_texts(root, edge)
            assert edge.event in shown
            assert all(condition in shown for condition in edge.conditions)
            assert f"{edge.event} by the {edge.actor.replace('_', ' ')}" in titles
            assert not edge.remedy or "\u21a9" in shown


def _step_texts(root: ElementTree.Element, edge: Edge) -> tuple[str, str]:
    """What is written at an edge, and its title."""
    (arrow,) = root.iterfind(f".//{SVG}g[@data-source='{edge.source}'][@data-target='{edge.target}']")
    groups = arrow.findall(f"{SVG}g[@data-event='{edge.event}']")
    shown = "".join(text.text or "" for group in groups for text in group.iter(f"{SVG}text"))
    return shown, "".join(group.findtext(f"{SVG}title") or "" for group in groups)


def test_events_between_the_same_states_share_an_arrow() -> None:
    root = parsed(draw(MACHINES["ssl_certificate"], to_svg))
    (arrow,) = root.iterfind(f".//{SVG}g[@data-source='refunding'][@data-target='pending']")
    assert [edge.attrib["data-event"] for edge in arrow.findall(f"{SVG}g")] == ["refund.failed", "refund.declined"]
    assert len(arrow.findall(f"{SVG}path[@class='line']")) == 1


def test_the_description_says_what_is_to_be_seen() -> None:
    machine = MACHINES["https_acceleration_gateway"]
    overlay = Overlay(
        ("g-1 as of today",),
        {"reset": Tally(12, (Money("USD", 160),))},
        {("issued", "gateway.reset", "reset"): (Visit(3, T0),), (None, "order.paid", "pending"): (Visit(1, T0),)},
        frozenset({"reset"}),
        frozenset({("reset", "refund.requested", "refunding")}),
    )
    told = parsed(draw(machine, to_svg, overlay)).findtext(f"{SVG}desc")
    assert told == (
        "g-1 as of today. States: Unused (refundable), Reset (refundable, now here, 12 / 1.60 USD),"
        " In service (refundable), Refunding (refund in progress), Refunded (final). Beside it, Refund window:"
        " Open (refundable), Closed (may end here), Claimed (may end here). The way it came:"
        " 1. 2026-03-01T10:00:00Z order.paid, 3. 2026-03-01T10:00:00Z gateway.reset. Possible next: refund.requested."
    )


def test_an_overlay_marks_where_it_is_how_it_came_and_what_may_be_next() -> None:
    overlay = Overlay(
        visits={("pending", "ca.enabled", "issued"): tuple(Visit(number, T0) for number in range(2, 12))},
        here=frozenset({"issued"}),
        possible=frozenset({("issued", "ca.reset", "reset")}),
    )
    root = parsed(draw(MACHINES["private_ca"], to_svg, overlay))
    (here,) = (group for group in root.iter(f"{SVG}g") if "here" in group.attrib.get("class", "").split())
    assert here.attrib["data-state"] == "issued"
    assert "now here" in [text.text for text in here.iter(f"{SVG}text")]
    (visited,) = (group for group in root.iter(f"{SVG}g") if "visited arrow" in _sorted_classes(group))
    shown = [text.text for text in visited.iter(f"{SVG}text")]
    assert shown[1:] == [*(f"{number}. 2026-03-01T10:00:00Z" for number in range(2, 6)), "+ 6 more"]
    assert "11. 2026-03-01T10:00:00Z" in (visited.findtext(f"{SVG}title") or "")
    (possible,) = (group for group in root.iter(f"{SVG}g") if "possible arrow" in _sorted_classes(group))
    assert (possible.attrib["data-source"], possible.attrib["data-target"]) == ("issued", "reset")


def _sorted_classes(group: ElementTree.Element) -> str:
    """The classes of what is special, with `arrow` at the end."""
    classes = group.attrib.get("class", "").split()
    return " ".join([kind for kind in classes if kind in {"visited", "possible"}] + classes[:1])


def test_states_may_be_links_and_an_embedded_drawing_leaves_its_style_to_the_page() -> None:
    text = to_embedded_svg(
        graph_of(MACHINES["ssl_certificate"]),
        lambda node: f"resources?state={node.key}&page=1" if node.mark != Mark.FINAL else None,
    )
    links = {link.attrib["href"]: link for link in parsed(text).iter(f"{SVG}a")}
    assert links["resources?state=pending&page=1"].find(f"{SVG}g[@data-state='pending']") is not None
    assert "resources?state=refunded&page=1" not in links
    assert "<style>" not in text
    assert f"<style>\n{stylesheet()}</style>" in draw(MACHINES["ssl_certificate"], to_svg)


def boxes(sheet: Sheet) -> tuple[list[Box], list[Box], list[Box]]:
    """The boxes of all states, of all texts at arrows, and thin ones around all lines of arrows."""
    states, texts, lines = [], [], []
    for panel in sheet.panels:
        states += [node.box.moved(panel.x, panel.y) for node in panel.placed.nodes]
        texts += [arrow.box.moved(panel.x, panel.y) for arrow in panel.placed.arrows]
        for arrow in panel.placed.arrows:
            for (x, y), (to_x, to_y) in segments(arrow):
                line = Box(min(x, to_x), min(y, to_y), abs(x - to_x) or 1, abs(y - to_y) or 1)
                lines.append(line.moved(panel.x, panel.y))
    return states, texts, lines


@every_drawing
def test_nothing_lies_over_anything_else(graph: Graph) -> None:
    states, texts, lines = boxes(sheet_of(graph))
    assert not [pair for pair in combinations([*states, *texts], 2) if pair[0].meets(pair[1])]
    assert not [(line, text) for line in lines for text in texts if line.meets(text)]
    assert not [(line, state) for line in lines for state in states if line.meets(state)]


@every_drawing
def test_everything_lies_on_the_sheet(graph: Graph) -> None:
    sheet = sheet_of(graph)
    paper = Box(0, 0, sheet.width, sheet.height)
    assert not [box for found in boxes(sheet) for box in found if not box.within(paper)]
    assert not [panel.frame for panel in sheet.panels if panel.frame and not panel.frame.within(paper)]
    assert not [line for line in (*sheet.head, *sheet.legend) if line.width > sheet.width]


@every_machine
def test_every_machine_is_narrow(machine: Defined) -> None:
    overlays = (None, population(machine), way(machine))
    assert max(sheet_of(graph_of(machine, overlay)).width for overlay in overlays) <= 720


@every_drawing
def test_what_is_written_at_a_state_fits_into_it(graph: Graph) -> None:
    for panel in sheet_of(graph).panels:
        for node in panel.placed.nodes:
            assert not [line for line in node.row.lines if line.width > node.box.width]
            assert sum(line.face.leading for line in node.row.lines) <= node.box.height


def test_the_same_machine_with_other_texts_has_the_same_order() -> None:
    """What is laid over a machine moves its states apart, but never past one another."""
    for machine in MACHINES.values():
        plain, laid = (sheet_of(graph_of(machine, overlay)) for overlay in (None, population(machine)))
        orders = [[node.row.key for node in panel.placed.nodes] for sheet in (plain, laid) for panel in sheet.panels]
        assert orders[: len(orders) // 2] == orders[len(orders) // 2 :]


def test_a_certificate_is_drawn_along_its_life() -> None:
    first = sheet_of(graph_of(MACHINES["ssl_certificate"])).panels[0]
    order = [node.row.key for node in first.placed.nodes]
    assert order == [
        None,
        "pending",
        "verifying",
        "validation_failed",
        "issued",
        "revoking",
        "revoked",
        "refunding",
        "refunded",
    ]


def test_a_region_without_a_beginning_is_drawn_from_its_first_state() -> None:
    region = replace(WILD.regions[0], starts=())
    order = [node.row.key for node in sheet_of(replace(WILD, regions=(region,))).panels[0].placed.nodes]
    assert order[0] == "one"
    assert sorted(filter(None, order)) == sorted(STATES)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("refund.succeeded", ("refund.succeeded",)),
        ("certificate.application_submitted", ("certificate.application_", "submitted")),
        ("one two three four five six seven eight", ("one two three four five", "six seven eight")),
        ("x" * 40, ("x" * 24 + "…",)),
        ("", ("",)),
    ],
)
def test_long_texts_are_broken_or_cut(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, EVENT, 200) == lines


def test_the_name_of_an_event_is_broken_behind_its_first_dot() -> None:
    (arrow, *_) = arrows_of(Region("any", "any", (Start("one", "certificate.application_submitted"),), (), ()))
    (entry,) = label_of(arrow).entries
    assert [line.text for line in entry.lines] == ["certificate.", "application_submitted"]


def test_more_lines_than_there_is_room_for_end_in_an_ellipsis() -> None:
    lines = wrapped("word " * 60, NOTE, 100, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(NOTE.width(line) <= 100 for line in lines)
    assert cut("Issued", STATE, 200) == "Issued"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_signs_stand_out_from_what_is_behind_them(palette: Palette) -> None:
    """As the accessibility guidelines (WCAG 2, level AA) ask: 4.5 to 1 for text, 3 to 1 for signs."""
    for name in ("ink", "quiet", "remedy", "path", "possible"):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
    for mark in Mark:
        assert contrast(palette[f"{mark.value}-ink"], palette[f"{mark.value}-fill"]) >= 4.5, mark
        assert contrast(palette[f"{mark.value}-ink"], palette["paper"]) >= 4.5, mark
        assert contrast(palette[f"{mark.value}-stroke"], palette["paper"]) >= 3, mark
    assert contrast(palette["line"], palette["paper"]) >= 3


def test_a_page_may_set_every_colour_and_either_theme() -> None:
    css = stylesheet()
    for name, colour in LIGHT.items():
        assert f"--{name}: var(--refundry-{name}, {colour});" in css
        assert f"--{name}: var(--refundry-{name}, {DARK[name]});" in css
    assert set(re.findall(r"var\(--([a-z-]+)\)", css)) <= set(LIGHT)
    assert css.index("prefers-color-scheme: dark") < css.index('[data-theme="light"]')
    assert css.count("{") == css.count("}")
