"""What a list of refunds is asked for, as it stands in the address of its page."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from entrypoints.http import parameters
from entrypoints.http.problems import bad_request
from persistence.refunds import Filter
from workflows.instants import parse_instant
from workflows.words import RefundStatus

#: The members of the query that narrow the list beside its tabs, in the order of the form.
NAMES: Final = ("product", "provider", "currency", "account_id", "since", "until")
NEWEST, OLDEST = "-asked", "asked"


def told_in(query: Mapping[str, str]) -> dict[str, str]:
    """What the query says of the list, blanks left out."""
    return {name: value for name in ("status", *NAMES, "sort") if (value := query.get(name, "").strip())}


def understood(told: Mapping[str, str], products: Collection[str]) -> Filter:
    """The filter that a query means. Raises ProblemError, which says what would be right."""
    parameters.one_of("sort", told.get("sort"), (NEWEST, OLDEST))
    since, until = _day("since", told.get("since")), _day("until", told.get("until"))
    if since is not None and until is not None and until < since:
        raise bad_request(f"until is {told['until']}, before since, {told['since']}; it must be that day or later")
    return Filter(
        account_id=parameters.text("account", told.get("account_id")),
        status=parameters.one_of("status", told.get("status"), RefundStatus),
        product=parameters.one_of("product", told.get("product"), products),
        provider=parameters.text("provider", told.get("provider")),
        currency=parameters.currency(told.get("currency")),
        since=since,
        before=None if until is None else until + timedelta(days=1),
    )


def _day(name: str, told: str | None) -> datetime | None:
    """The beginning (UTC) of the day that a picker or an address names."""
    if told is None:
        return None
    try:
        return parse_instant(f"{date.fromisoformat(told).isoformat()}T00:00:00Z")
    except ValueError:
        raise bad_request(f"{name} is {told[:40]!r}; it must be a day such as 2026-03-01") from None
