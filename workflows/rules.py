"""Refund terms as versioned data: read from TOML, chosen by the instant of payment, pinned to the resource."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from workflows.instants import parse_duration
from workflows.money import parse_amount
from workflows.window import CONVENTIONS, WindowTerms

CouponAllocation = Literal["coupon_first", "proportional"]
COUPON_ALLOCATIONS: Final[tuple[CouponAllocation, ...]] = ("coupon_first", "proportional")
LONGEST_WINDOW_DAYS: Final = 3650


class RulesError(ValueError):
    """Rules that cannot be used; the message names the setting, what it was, and what would be right."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a promotion changes: whether there is a refund at all, and the days of the window."""

    refundable: bool = True
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the refund terms. Limits are minor units by currency.

    A currency without a limit for review has none; one without a limit for overrides cannot be overridden.
    """

    version: str
    effective_from: datetime
    text: str
    late_arrival: timedelta = timedelta(hours=1)
    window: WindowTerms = field(default_factory=WindowTerms)
    coupon_allocation: CouponAllocation = "coupon_first"
    review_above: Mapping[str, int] = field(default_factory=dict)
    review_within: timedelta = timedelta(days=3)
    override_up_to: Mapping[str, int] = field(default_factory=dict)
    promotions: Mapping[str, Promotion] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def window_for(self, promotion: str | None) -> WindowTerms:
        """The window terms of a payment: a known promotion's days, otherwise the rules' own."""
        terms = self.promotions.get(promotion) if promotion else None
        if terms is None or terms.window_days is None:
            return self.window
        return WindowTerms(terms.window_days, self.window.convention, self.window.zone)


class RuleBook:
    """Every version known, by name and by the time each came into force."""

    def __init__(self, versions: Iterable[Rules]) -> None:
        self._versions = sorted(versions, key=lambda rules: rules.effective_from)
        self._by_name: dict[str, Rules] = {}
        for rules in self._versions:
            other = self._by_name.setdefault(rules.version, rules)
            if other.digest != rules.digest:
                raise RulesError(
                    f"version {rules.version!r} is given twice with different terms; each needs its own name"
                )
        starts = [rules.effective_from for rules in self._by_name.values()]
        if len(set(starts)) != len(starts):
            raise RulesError("two versions come into force at the same instant; effective_from must differ")
        if not self._versions:
            raise RulesError("no rules: at least one version is needed")

    def __iter__(self) -> Iterator[Rules]:
        return iter(self._by_name.values())

    def in_force(self, at: datetime) -> Rules:
        """The version in force at an instant; the oldest for instants before all of them."""
        chosen = self._versions[0]
        for rules in self._versions:
            if rules.effective_from <= at:
                chosen = rules
        return chosen

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def version(self, name: str) -> Rules:
        return self._by_name[name]


def parse_rules(text: str) -> Rules:
    """One version from its TOML text. Raises RulesError for what is missing, unknown or does not fit."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"not TOML: {error}") from None
    return rules_of(document, text)


def rules_of(document: Mapping[str, Any], text: str) -> Rules:
    """One version from its settings as they stand in a TOML document. Raises RulesError as `parse_rules` does."""
    top = _Table(document, "")
    window, money, review, override = (top.table(name) for name in ("window", "money", "review", "override"))
    money.one_of("rounding", ("down",), "down")
    rules = Rules(
        version=top.take("version", str, 'a text such as "2026-03-18"', lambda value: 0 < len(value) <= 64),
        effective_from=top.take(
            "effective_from",
            datetime,
            "an instant with its offset, such as 2026-03-18T00:00:00Z",
            lambda value: value.tzinfo is not None,
        ).astimezone(UTC),
        late_arrival=top.duration("late_arrival", timedelta(hours=1)),
        window=WindowTerms(
            days=window.days("days", 7),
            convention=window.one_of("convention", CONVENTIONS, "calendar_days"),
            zone=window.zone("zone", "UTC"),
        ),
        coupon_allocation=money.one_of("coupon_allocation", COUPON_ALLOCATIONS, "coupon_first"),
        review_above=review.amounts("above"),
        review_within=review.duration("within", timedelta(days=3)),
        override_up_to=override.amounts("up_to"),
        promotions={code: _promotion(terms) for code, terms in top.tables("promotions")},
        text=text,
    )
    for table in (top, window, money, review, override):
        table.finish()
    return rules


def _promotion(table: "_Table") -> Promotion:
    promotion = Promotion(
        refundable=table.take("refundable", bool, "true or false", default=True),
        window_days=table.days("window_days", None),
    )
    table.finish()
    return promotion


class _Table:
    """One table of the rules file: hands its settings out checked, and at the end complains of the rest."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self._rest = dict(values)
        self._place = place

    def take(
        self,
        name: str,
        kind: type,
        expects: str,
        fits: Callable[[Any], bool] = lambda _value: True,
        default: Any = None,
    ) -> Any:
        if name not in self._rest:
            if default is None:
                raise RulesError(f"{self._place}{name} is missing; it must be {expects}")
            return default
        value = self._rest.pop(name)
        if type(value) is not kind or not fits(value):
            raise RulesError(f"{self._place}{name} is {value!r}; it must be {expects}")
        return value

    def one_of(self, name: str, allowed: tuple[Any, ...], default: Any) -> Any:
        return self.take(name, str, "one of " + ", ".join(allowed), lambda value: value in allowed, default)

    def days(self, name: str, default: int | None) -> Any:
        if default is None and name not in self._rest:
            return None
        fits = range(1, LONGEST_WINDOW_DAYS + 1).__contains__
        return self.take(name, int, f"a number of days from 1 to {LONGEST_WINDOW_DAYS}", fits, default)

    def zone(self, name: str, default: str) -> str:
        value: str = self.take(name, str, "an IANA zone such as Europe/Berlin", default=default)
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, KeyError):
            raise RulesError(f"{self._place}{name} is {value!r}, which is no IANA zone such as Europe/Berlin") from None

    def duration(self, name: str, default: timedelta) -> timedelta:
        value = self._rest.pop(name, None)
        try:
            return default if value is None else parse_duration(value)
        except ValueError as error:
            raise RulesError(f"{self._place}{name}: {error}") from None

    def table(self, name: str) -> "_Table":
        return _Table(self.take(name, dict, "a table", default={}), f"{self._place}{name}.")

    def tables(self, name: str) -> list[tuple[str, "_Table"]]:
        parent = self.table(name)
        return [(key, parent.table(key)) for key in list(parent._rest)]

    def amounts(self, name: str) -> dict[str, int]:
        amounts = self.take(name, dict, 'a table of amounts by currency, such as { USD = "500.00" }', default={})
        try:
            return {currency: parse_amount(amount, currency) for currency, amount in amounts.items()}
        except ValueError as error:
            raise RulesError(f"{self._place}{name}: {error}") from None

    def finish(self) -> None:
        if self._rest:
            names = ", ".join(f"{self._place}{name}" for name in sorted(self._rest))
            raise RulesError(f"unknown setting {names}")
