"""Cursors of lists of refunds, in both directions."""

import json
from collections.abc import Mapping

from entrypoints.dashboard import addresses
from entrypoints.http import parameters
from entrypoints.http.problems import bad_request
from persistence.refunds import Mark, Page, Place
from workflows.instants import instant_text, parse_instant


def mark_in(cursor: str | None) -> Mark | None:
    """Where a page begins. Raises ProblemError for what is no cursor."""
    key = parameters.from_cursor(cursor or None)
    if key is None:
        return None
    try:
        backwards, moment, refund_id = json.loads(key)
        if not isinstance(backwards, bool) or not isinstance(refund_id, str):
            raise ValueError
        return Mark(Place(parse_instant(moment), refund_id), backwards)
    except (ValueError, TypeError):
        raise bad_request("cursor must be the one of a neighbouring page of this list") from None


def neighbours(path: str, told: Mapping[str, str], page: Page) -> dict[str, str]:
    """The addresses of the neighbouring pages."""
    marks = {"before": page.before, "after": page.after}
    return {
        side: addresses.address(path, {**told, "cursor": _cursor(mark)})
        for side, mark in marks.items()
        if mark is not None
    }


def _cursor(mark: Mark) -> str:
    return parameters.to_cursor(json.dumps([mark.backwards, instant_text(mark.place.requested_at), mark.place.id]))
