"""Components that no page of a small demonstration shows, on a page of their own: the chart above all."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LARGE, SMALL, Look

pytestmark = pytest.mark.peers


@pytest.mark.parametrize(("size", "scheme"), [(LARGE, "light"), (SMALL, "dark")])
def test_a_chart_is_drawn_in_the_themes_colours_with_its_figures_beside(
    look: Look, size: tuple[int, int], scheme: str
) -> None:
    window = look(size, scheme)
    page = window.open("gallery")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    assert window.violations() == []
    assert not window.overflows()
    page.get_by_text("Figures", exact=True).click()
    expect(page.locator("figure details tbody tr")).to_have_count(3)
