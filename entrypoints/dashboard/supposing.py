"""What is supposed and of whom, as the form of a what-if tells it, and as the command line would."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from entrypoints.dashboard.resource import moment_of
from service.cohorts import Inquiry
from service.desk import Desk
from service.supposition import read_inquiry
from workflows.amending import settings_of, told_setting
from workflows.instants import instant_text
from workflows.rules import COUPON_ALLOCATIONS, Rules
from workflows.terms import in_words, place_of, title_of
from workflows.window import CONVENTIONS

COHORT: Final = ("product", "account_id", "promotion", "currency")
#: What is told beside the settings themselves.
BESIDE: Final = ("suppose", "more", "since", *COHORT)
#: Of each kind of change, so many resources are named.
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the form: what it is called, what it is in the rules in force, and what it may be chosen from."""

    name: str
    title: str
    present: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def hint(self) -> str:
        """What to write: amounts without their currency, spans as 90m, 1h or 2d."""
        if self.name in ("late_arrival", "review.within"):
            return "90m, 1h or 2d"
        return "" if self.choices else self.present


def settings(rules: Rules) -> list[Setting]:
    """Every setting of the rules, to be set otherwise."""
    return [
        Setting(name, title_of(name), in_words(name, value), tuple(_choices(name)))
        for name, value in sorted(settings_of(rules).items(), key=lambda one: place_of(one[0]))
    ]


_ALLOWED: Final[Mapping[str, Sequence[Any]]] = {
    "window.convention": CONVENTIONS,
    "money.coupon_allocation": COUPON_ALLOCATIONS,
    "refundable": (True, False),
}


def _choices(name: str) -> Iterator[tuple[str, str]]:
    kind = "refundable" if name.endswith(".refundable") else name
    for value in _ALLOWED.get(kind, ()):
        yield str(value).lower() if isinstance(value, bool) else value, in_words(name, value)


def told_in(query: Mapping[str, str], rules: Rules) -> dict[str, str]:
    """What the query says, blanks left out."""
    names = (*BESIDE, *settings_of(rules))
    return {name: value for name in names if (value := query.get(name, "").replace("\r\n", "\n").strip())}


def asks(told: Mapping[str, str]) -> bool:
    """Whether anything is supposed."""
    return any(name not in ("since", *COHORT) for name in told)


def understood(desk: Desk, told: Mapping[str, str], rules: Rules, limit: int | None) -> Inquiry:
    """The inquiry. Raises BadSuppositionError, RulesError or ProblemError, naming what was wrong."""
    changed = _changed(told, rules)
    since = moment_of(told.get("since", ""))
    cohort: dict[str, Any] = {name: told.get(name) for name in COHORT}
    cohort |= {"since": None if since is None else instant_text(since), "limit": limit}
    wish = {"rules_version": told.get("suppose"), "set": changed or None, "cohort": cohort}
    return read_inquiry(desk, {name: value for name, value in wish.items() if value is not None})[0]


def _changed(told: Mapping[str, str], rules: Rules) -> dict[str, Any]:
    """The settings that are set otherwise, with values as the rules file has them."""
    found = {name: _value(name, told[name]) for name in settings_of(rules) if name in told}
    return found | dict(told_setting(line) for line in told.get("more", "").split("\n") if line.strip())


def _value(name: str, told: str) -> Any:
    """Amounts and spans are texts; numbers, and yes and no, are what TOML takes them for."""
    whole = name.endswith(("days", ".refundable"))
    return told_setting(f"{name}={told}")[1] if whole else told


def command(told: Mapping[str, str], rules: Rules) -> str:
    """The same by the command line, for everybody in the cohort."""
    words = ["refundry", "simulate", "cohort"]
    words += ["--suppose-version", told["suppose"]] if "suppose" in told else []
    for name, value in _changed(told, rules).items():
        words += ["--set", f"{name}={_toml(value)}"]
    since = moment_of(told.get("since", ""))
    words += [] if since is None else ["--since", instant_text(since)]
    for name in COHORT:
        if name in told:
            words += [f"--{name.removesuffix('_id')}", told[name]]
    return shlex.join(words)


def _toml(value: Any) -> str:
    """The value as `--set` reads it again."""
    if isinstance(value, str):
        return value if told_setting(f"it={value}")[1] == value else f'"{value}"'
    return str(value).lower()
