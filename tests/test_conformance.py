"""What holds for every product of the catalogue, an eighth included: its stories leave out nothing it defines."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.stories.columns import Seen
from tests.stories.play import play
from tests.stories.read import FOLDER, Line, Story, all_stories
from workflows.definition import Product
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.graph import graph_of
from workflows.history import Row
from workflows.products import CATALOGUE
from workflows.reasons import WINDOW_CLOSED
from workflows.words import REFUND_REQUESTED, REFUND_SUCCEEDED, Availability, Outcome

Move = tuple[str, str, str]
of_every_product = pytest.mark.parametrize("product", list(CATALOGUE), ids=lambda product: product.key)


def stories_of(product: Product) -> list[Story]:
    return [story for story in all_stories() if story.file == product.key]


def rows_of(product: Product) -> Iterator[list[Row]]:
    """The history of every resource of every story of the product, by story."""
    for story in stories_of(product):
        yield [row for row in play(story).rows if row.outcome == Outcome.APPLIED]


def lines_of(product: Product) -> Iterator[tuple[Line, Seen]]:
    return (line for story in stories_of(product) for line in play(story).seen)


def moves_of(product: Product) -> set[Move]:
    """The moves its stories made: event, from, to."""
    return {(row.event, row.from_state, row.to_state) for rows in rows_of(product) for row in rows if row.from_state}


def defined_moves(product: Product) -> set[Move]:
    return {(arc.event, source, arc.target) for arc in product.arcs for source in arc.sources}


@of_every_product
def test_there_are_stories(product: Product) -> None:
    assert stories_of(product), f"{product.key}.story is missing in {FOLDER.name}"


@of_every_product
def test_every_arc_is_taken_from_each_of_its_states(product: Product) -> None:
    assert not defined_moves(product) - moves_of(product)


@of_every_product
def test_every_guard_objects(product: Product) -> None:
    guarded = [(arc, guard) for arc in product.arcs for guard in arc.guards]
    silent = [
        f"{guard.name}, on {arc.event}"
        for arc, guard in guarded
        if not any(
            line.type == arc.event and seen.outcome == guard.otherwise and guard.code.key in (seen.why or ())
            for line, seen in lines_of(product)
        )
    ]
    assert not silent


@of_every_product
def test_every_bar_speaks(product: Product) -> None:
    spoken = {
        reason["code"]
        for _, seen in lines_of(product)
        if seen.answered("availability") == Availability.UNAVAILABLE
        for reason in seen.answered("reasons")
    }
    assert not {bar.code.key for bar in product.bars} - spoken


@of_every_product
def test_every_state_is_reached(product: Product) -> None:
    reached = {row.to_state for rows in rows_of(product) for row in rows}
    assert reached == set(product.states)


@of_every_product
def test_every_refundable_state_is_refunded_from(product: Product) -> None:
    refunded_from = set()
    for rows in rows_of(product):
        for resource_id in {row.resource_id for row in rows}:
            own = [row for row in rows if row.resource_id == resource_id]
            asked = [row.from_state for row in own if row.event == REFUND_REQUESTED]
            if any(row.event == REFUND_SUCCEEDED for row in own):
                refunded_from.add(asked[-1])
    assert refunded_from == {way.state for way in product.refundable}


@of_every_product
def test_every_product_is_bound_by_the_period(product: Product) -> None:
    closed = [
        seen
        for line, seen in lines_of(product)
        if line.type == REFUND_REQUESTED and seen.outcome == Outcome.REFUSED and WINDOW_CLOSED.key in (seen.why or ())
    ]
    assert closed


@of_every_product
def test_every_history_is_one_walk(product: Product) -> None:
    for rows in rows_of(product):
        for before, after in pairwise(rows):
            if before.resource_id == after.resource_id:
                assert before.to_state == after.from_state


@of_every_product
def test_machine_and_definition_agree(product: Product) -> None:
    machine = CATALOGUE.engine(product.key)._machine
    compiled = [
        (event.name, transition.source, transition.dest)
        for event in machine.events.values()
        for transitions in event.transitions.values()
        for transition in transitions
    ]
    defined = [(arc.event, source, arc.target) for arc in product.all_arcs for source in arc.sources]
    assert sorted(compiled) == sorted(defined)
    assert list(machine.states) == list(product.states)
    assert machine.initial == product.states[0]


@of_every_product
@pytest.mark.parametrize("format_", FORMATS)
def test_its_diagram_draws(product: Product, format_: str) -> None:
    drawn = draw(product, FORMATS[format_])
    assert not [state for state in product.states if state not in drawn]
    assert not [event for event in product.use_events if event not in drawn]


@of_every_product
def test_its_diagram_has_every_move(product: Product) -> None:
    drawn = {(edge.event, edge.source, edge.target) for edge in graph_of(product).regions[0].edges}
    assert defined_moves(product) <= drawn
