"""The figures that a page shows, by the names they bear in it; for holding them against a recount by SQL."""

import re
from html import unescape

from sqlalchemy import text

from service.desk import Desk

_FIGURE = re.compile(r'data-figure="([^"]+)" data-value="([^"]+)"')


def figures(page: str) -> dict[str, str]:
    """Every figure of a page's HTML."""
    return {unescape(name): unescape(value) for name, value in _FIGURE.findall(page)}


def recount(desk: Desk, query: str, **values: object) -> list[tuple[object, ...]]:
    """The rows of a plain SQL query over the store."""
    with desk.store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]
