"""Rule by rule: the checklist shows every rule that can speak, and disagrees with no answer."""

from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings

from tests.properties.test_answers import lines
from tests.properties.worlds import Line
from workflows.checklist import HELD, Voice, checks, codes_of
from workflows.definition import Product
from workflows.products import CATALOGUE
from workflows.reasons import Kind
from workflows.words import Availability
from workflows.working import working


@settings(max_examples=300)
@given(lines())
def test_every_reason_of_an_answer_is_on_the_list_and_nothing_that_spoke_holds(told: tuple[Line, datetime]) -> None:
    line, at = told
    found = line.answer(at)
    shown = checks(found)
    spoken = {check.code for check in shown if check.voice in (Voice.ASKS, Voice.BLOCKS) and not check.lifted}
    assert spoken == {reason.code for reason in found.reasons}
    assert [check.code for check in shown] == list(codes_of(found.case.product))
    blocked = any(check.voice == Voice.BLOCKS for check in shown)
    assert blocked == (found.availability == Availability.UNAVAILABLE and bool(found.reasons))
    assert all(check.sentence and "{" not in check.sentence for check in shown)


@settings(max_examples=300)
@given(lines())
def test_the_working_leads_to_the_amount_of_the_answer(told: tuple[Line, datetime]) -> None:
    line, at = told
    found = line.answer(at)
    shown = working(found)
    assert (shown is None) == (found.way is None)
    if shown is not None and found.amount is not None:
        assert shown.minor == found.amount.minor == min(int(shown.exact), shown.payment.cash_minor)
        assert shown.exact >= Fraction(shown.minor)


@pytest.mark.parametrize("product", list(CATALOGUE), ids=lambda product: product.key)
def test_every_rule_that_can_speak_has_a_sentence_for_when_it_holds(product: Product) -> None:
    codes = codes_of(product)
    assert all(code in HELD and code.kind != Kind.EVENT for code in codes)
    assert {arc.step.missing for arc in product.arcs if arc.step} <= set(codes)
    assert {bar.code for bar in product.bars} <= set(codes)
