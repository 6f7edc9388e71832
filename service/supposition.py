"""What a supposition or an inquiry asks, read from JSON and checked as a whole before anything is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from persistence.cohorts import Cohort
from service.cohorts import Inquiry
from service.desk import Desk
from workflows.amending import amended
from workflows.fields import shown
from workflows.instants import parse_instant
from workflows.rules import Rules, parse_rules

MOST_EVENTS: Final = 200
MOST_INSTANTS: Final = 50
MOST_EXAMPLES: Final = 100
LONGEST_COMPLAINT: Final = 1000
RULES_MEMBERS: Final = ("rules", "rules_version", "set")
COHORT_TEXTS: Final = ("product", "account_id", "promotion", "currency")
EVENT_MEMBERS: Final = frozenset(
    {"type", "time", "data", "arrived_at", "id", "source", "subject", "specversion", "datacontenttype"}
)


class BadSuppositionError(ValueError):
    """What is supposed cannot be; the message names the member at fault and says what would be right."""

    def __init__(self, message: str) -> None:
        super().__init__(message if len(message) <= LONGEST_COMPLAINT else message[: LONGEST_COMPLAINT - 1] + "…")


@dataclass(frozen=True, slots=True)
class Supposition:
    """Of which resource, or which payment, what is supposed, and as of when it is asked about; no instants: now."""

    resource_id: str | None
    payment: Mapping[str, Any] | None
    events: Sequence[Mapping[str, Any]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    rules: Rules | None = None
    instants: tuple[datetime, ...] = ()


def read_supposition(desk: Desk, told: Mapping[str, Any]) -> Supposition:
    """The supposition that a JSON object tells. Raises BadSuppositionError."""
    check_members(told, ("resource_id", "payment", "events", "facts", "at", *RULES_MEMBERS))
    resource_id, payment = told.get("resource_id"), told.get("payment")
    if (resource_id is None) == (payment is None):
        raise BadSuppositionError("either resource_id or payment must be given: a resource there is, or one to invent")
    if resource_id is not None and (not isinstance(resource_id, str) or not resource_id):
        raise BadSuppositionError(f"resource_id is {shown(resource_id)}; it must be a text that is not empty")
    return Supposition(
        resource_id,
        None if payment is None else _object("payment", payment),
        _events(told.get("events", [])),
        _object("facts", told.get("facts", {})),
        read_rules(desk, told),
        _instants(told.get("at")),
    )


def read_inquiry(desk: Desk, told: Mapping[str, Any]) -> tuple[Inquiry, int]:
    """The cohort inquiry that a JSON object tells, and how many examples are wanted of each kind of change.

    Raises BadSuppositionError.
    """
    check_members(told, (*RULES_MEMBERS, "cohort", "examples"))
    rules = read_rules(desk, told)
    if rules is None:
        raise BadSuppositionError(f"one of {', '.join(RULES_MEMBERS)} must say which rules to suppose")
    cohort = _object("cohort", told.get("cohort", {}))
    check_members(cohort, ("since", "until", "limit", *COHORT_TEXTS), "cohort.")
    texts = {name: _text(f"cohort.{name}", cohort.get(name)) for name in COHORT_TEXTS}
    if texts["product"] is not None and texts["product"] not in desk.policy.catalogue:
        known = ", ".join(desk.policy.catalogue.keys)
        raise BadSuppositionError(f"cohort.product is {shown(texts['product'])}; it must be one of {known}")
    since, until = (read_instant(f"cohort.{name}", cohort.get(name)) for name in ("since", "until"))
    limit = None if cohort.get("limit") is None else read_count("cohort.limit", cohort["limit"], 1, 10**9)
    examples = read_count("examples", told.get("examples", 5), 0, MOST_EXAMPLES)
    return Inquiry(rules, Cohort(since, until, **texts), limit), examples


def read_rules(desk: Desk, told: Mapping[str, Any]) -> Rules | None:
    """The rules that are supposed: a text, a version that is kept, or the version in force with settings changed."""
    given = [name for name in RULES_MEMBERS if told.get(name) is not None]
    if len(given) > 1:
        raise BadSuppositionError(f"{' and '.join(given)} are given; rules are supposed in one way at a time")
    if not given:
        return None
    value = told[given[0]]
    if given[0] == "rules":
        return read_rules_text(value)
    if given[0] == "rules_version":
        return _kept(desk, value)
    try:
        return amended(desk.policy.rulebook.in_force(desk.clock.now()), _object("set", value))
    except (ValueError, OverflowError, RecursionError) as error:
        raise BadSuppositionError(f"set: {error}") from None


def read_rules_text(value: Any) -> Rules:
    """Rules given as TOML. Raises BadSuppositionError naming what is wrong with them."""
    if not isinstance(value, str):
        raise BadSuppositionError(f"rules is {shown(value)}; it must be a text in TOML")
    try:
        return parse_rules(value)
    except (ValueError, OverflowError, RecursionError) as error:
        raise BadSuppositionError(f"rules: {error}") from None


def read_count(name: str, value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadSuppositionError(f"{name} is {shown(value)}; it must be a whole number from {least} to {most}")
    return value


def _kept(desk: Desk, name: Any) -> Rules:
    found = next((rules for rules in desk.policy.rulebook if rules.version == name), None)
    if found is None:
        known = ", ".join(rules.version for rules in desk.policy.rulebook)
        raise BadSuppositionError(f"rules_version is {shown(name)}; the versions kept are {known}")
    return found


def _events(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_EVENTS:
        raise BadSuppositionError(f"events must be a list of at most {MOST_EVENTS} events")
    events = [_object(f"events[{place}]", event) for place, event in enumerate(value)]
    for place, event in enumerate(events):
        check_members(event, tuple(sorted(EVENT_MEMBERS)), f"events[{place}].")
        read_instant(f"events[{place}].arrived_at", event.get("arrived_at"))
    return events


def _instants(value: Any) -> tuple[datetime, ...]:
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MOST_INSTANTS:
        raise BadSuppositionError(f"at lists {len(listed)} instants; at most {MOST_INSTANTS} are answered at once")
    found = [read_instant("at", one) for one in listed]
    return tuple(instant for instant in found if instant is not None)


def read_instant(name: str, value: Any) -> datetime | None:
    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise BadSuppositionError(f"{name}: {error}") from None


def _text(name: str, value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= 256):
        raise BadSuppositionError(f"{name} is {shown(value)}; it must be a text of 1 to 256 characters")
    return value


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadSuppositionError(f"{name} is {shown(value)}; it must be an object")
    return value


def check_members(told: Mapping[str, Any], allowed: Sequence[str], inside: str = "") -> None:
    unknown = [f"{inside}{name[:80]}" for name in told if name not in allowed]
    if unknown:
        raise BadSuppositionError(f"unknown member {', '.join(unknown[:5])}; there are {', '.join(allowed)}")
