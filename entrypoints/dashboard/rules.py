"""The rules: every version of the terms in words, which one is in force, and what one changes of another."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.rendering import page
from entrypoints.http.state import WiredHere
from service.desk import Desk
from service.questions import NotFoundError
from workflows.amending import differences
from workflows.fields import shown
from workflows.rules import Rules
from workflows.terms import promotion_in_words, sentence, terms_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is kept, and the time in which payments take it; None: for ever.

    `standing` says how that time lies to now: earlier, present, later. `changes` are what it changes of the version
    before it, in words; None where it is the first.
    """

    rules: Rules
    until: datetime | None
    standing: str
    changes: tuple[str, ...] | None


def versions(desk: Desk) -> list[Version]:
    """The versions that are kept, the one that comes into force last first."""
    kept = list(desk.policy.rulebook)
    present = desk.policy.rulebook.in_force(desk.clock.now())
    found = []
    for place, rules in enumerate(kept):
        until = kept[place + 1].effective_from if place + 1 < len(kept) else None
        changes = None if place == 0 else tuple(sentence(one) for one in differences(kept[place - 1], rules))
        found.append(Version(rules, until, _standing(rules, present), changes))
    return found[::-1]


def _standing(rules: Rules, present: Rules) -> str:
    if rules is present:
        return "present"
    return "earlier" if rules.effective_from < present.effective_from else "later"


@router.get("/rules", name="rules")
def rules(request: Request, here: WiredHere, before: str = "", after: str = "") -> HTMLResponse:
    """Every version; with two of them named, what differs between the two."""
    found = versions(here.desk)
    compared = [named(found, name).rules for name in (before, after)] if before and after else []
    return page(
        request,
        "rules.html",
        place="rules",
        versions=found,
        present=next(one for one in found if one.standing == "present"),
        told={"before": before, "after": after},
        differences=[sentence(one) for one in differences(*compared)] if compared else None,
        terms_of=terms_of,
        promotion_in_words=promotion_in_words,
    )


@router.get("/rules/{version:name}")
def version(request: Request, here: WiredHere, version: str) -> HTMLResponse:
    """One version: its terms in words, and its text as it was loaded."""
    found = versions(here.desk)
    one = named(found, version)
    return page(
        request,
        "version.html",
        place="rules",
        version=one,
        quoted=shlex.quote(one.rules.version),
        others=[other.rules.version for other in found if other is not one],
        terms_of=terms_of,
        promotion_in_words=promotion_in_words,
    )


def named(found: Sequence[Version], name: str) -> Version:
    """The version of this name. Raises NotFoundError naming those there are."""
    for one in found:
        if one.rules.version == name:
            return one
    known = ", ".join(one.rules.version for one in found)
    raise NotFoundError(f"no version {shown(name)} of the rules is kept; there are {known}")
