"""What is counted in a machine, as it stands in the address of its page."""

import shlex
from collections.abc import Callable, Mapping
from typing import Final

from entrypoints.dashboard import addresses
from entrypoints.dashboard.resource import moment_of
from entrypoints.http import parameters
from entrypoints.http.problems import bad_request
from service.census import Census
from service.inspection import Wanted
from workflows.definition import Defined, Product
from workflows.diagrams.graph import Node
from workflows.instants import instant_text
from workflows.refund_machine import REFUND
from workflows.window_machine import WINDOW

#: The members of the query that say what is counted; the product only in machines that are no product.
NAMES: Final = ("at", "account_id", "days", "product")


def told_in(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name in NAMES if (value := query.get(name, "").strip())}


def understood(told: Mapping[str, str]) -> Wanted:
    """What is to be counted. Raises ProblemError for what cannot be read."""
    return Wanted(
        counts=True,
        as_of=moment_of(told.get("at", "")),
        product=told.get("product"),
        account_id=parameters.text("account", told.get("account_id")),
        days=None if "days" not in told else whole("paid within", told["days"]),
    )


def whole(name: str, told: str) -> int:
    """A whole number out of a form. Raises ProblemError."""
    if not (told.lstrip("-").isdecimal() and told.isascii() and len(told) <= 9):
        raise bad_request(f"{name} is {told[:80]!r}; it must be a whole number")
    return int(told)


def members(wanted: Wanted) -> dict[str, str]:
    """What is counted as members of an address, as the API has them too, but for the moment."""
    return {
        "account_id": wanted.account_id or "",
        "days": str(wanted.days or ""),
        "product": wanted.product or "",
    }


def api(machine: Defined, wanted: Wanted) -> str:
    as_of = "" if wanted.as_of is None else instant_text(wanted.as_of)
    query = {"format": "svg", "counts": "true", "as_of": as_of, **members(wanted)}
    return addresses.address(f"v1/workflows/{machine.key}/diagram", query)


def command(machine: Defined, wanted: Wanted) -> str:
    """The same drawing by the command line."""
    options = {
        "--as-of": None if wanted.as_of is None else instant_text(wanted.as_of),
        "--account": wanted.account_id,
        "--days": None if wanted.days is None else str(wanted.days),
        "--product": wanted.product,
    }
    told = [part for name, value in options.items() if value is not None for part in (name, value)]
    return shlex.join(
        ["refundry", "diagram", machine.key, "--format", "svg", "--counts", *told, "-o", f"{machine.key}.svg"]
    )


def list_of(found: Census) -> Callable[[str], str | None]:
    """Where the things that stand in a state are listed; nowhere where the list would be of others than are counted."""
    machine, wanted = found.machine, found.wanted
    if found.moment.past or wanted.as_of is not None or wanted.days is not None:
        return lambda _state: None
    if machine is REFUND:
        alone = wanted.account_id is None and wanted.product is None
        return lambda state: addresses.address("refunds", {"status": state}) if alone else None
    product = machine.key if isinstance(machine, Product) else wanted.product or ""
    among = {"product": product, "account_id": wanted.account_id or ""}
    return lambda state: addresses.address("resources", among | {_facet(state): state})


def link_of(found: Census) -> Callable[[Node], str | None]:
    lists = list_of(found)
    return lambda node: lists(node.key)


def _facet(state: str) -> str:
    return "window" if state in WINDOW.states else "state"
