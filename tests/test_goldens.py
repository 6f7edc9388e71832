"""The published documents are what the program writes today; `make goldens` writes them anew."""

import pytest

from tests.goldens import ROOT, goldens


@pytest.mark.parametrize(("name", "text"), list(goldens()), ids=lambda value: value if len(value) < 60 else "")
def test_published_document_is_current(name: str, text: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == text


def test_no_published_diagram_is_left_over() -> None:
    published = {f"docs/machines/{path.name}" for path in (ROOT / "docs/machines").iterdir()}
    assert published == {name for name, _ in goldens() if name.startswith("docs/machines/")}
