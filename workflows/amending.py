"""Rules with some settings changed, and what differs between two versions, setting by setting.

A setting is named as in the rules file, with its tables in front: `window.days`, `promotions.flash_sale.refundable`.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from workflows.instants import instant_text
from workflows.money import format_amount
from workflows.rules import Rules, RulesError, rules_of

#: The name of rules that nobody keeps: those in force with some settings changed.
SUPPOSED: Final = "supposed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that two versions have different values for; None: it has none."""

    setting: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        return {"setting": self.setting, "before": self.before, "after": self.after}


def amended(rules: Rules, settings: Mapping[str, Any]) -> Rules:
    """The rules with these settings changed, under the name `supposed`; one set to None is taken away.

    Raises RulesError naming the setting at fault.
    """
    document = tomllib.loads(rules.text)
    for name, value in settings.items():
        _set(document, name, value)
    document["version"] = SUPPOSED
    changed = json.dumps(dict(settings), sort_keys=True, default=str)
    return rules_of(document, f"{rules.text}\n# with {changed}\n")


def _set(document: dict[str, Any], name: str, value: Any) -> None:
    *tables, last = name.split(".")
    place = document
    for table in tables:
        place = place.setdefault(table, {})
        if not isinstance(place, dict):
            raise RulesError(f"{name} cannot be set: {table} is a setting itself, not a table of settings")
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value


def told_setting(text: str) -> tuple[str, Any]:
    """A setting written as `window.days=14`, its value as in TOML; a plain word needs no quotes. Raises RulesError."""
    name, equals, value = text.partition("=")
    if not name.strip() or not equals:
        raise RulesError(f"{text!r} is no change of a setting such as window.days=14")
    try:
        read: Any = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        read = value.strip()
    return name.strip(), read


def differences(before: Rules, after: Rules) -> tuple[Difference, ...]:
    """Every setting in which two versions differ, defaults filled in; their names and starts are not among them."""
    old, new = settings_of(before), settings_of(after)
    return tuple(
        Difference(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


def settings_of(rules: Rules) -> dict[str, Any]:
    """The terms as settings and their values, as JSON has them."""
    terms = {
        "late_arrival": _duration(rules.late_arrival),
        "window.days": rules.window.days,
        "window.convention": rules.window.convention,
        "window.zone": rules.window.zone,
        "money.coupon_allocation": rules.coupon_allocation,
        "review.within": _duration(rules.review_within),
    }
    for name, limits in (("review.above", rules.review_above), ("override.up_to", rules.override_up_to)):
        terms |= {f"{name}.{currency}": format_amount(minor, currency) for currency, minor in limits.items()}
    for code, promotion in rules.promotions.items():
        terms[f"promotions.{code}.refundable"] = promotion.refundable
        if promotion.window_days is not None:
            terms[f"promotions.{code}.window_days"] = promotion.window_days
    return terms


def rules_json(rules: Rules) -> dict[str, Any]:
    return {
        "version": rules.version,
        "effective_from": instant_text(rules.effective_from),
        "settings": settings_of(rules),
    }


def _duration(span: timedelta) -> str:
    """The span with the largest unit in which it is whole: `1h`, `90s`."""
    seconds = span // timedelta(seconds=1)
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
