"""The terms of rules in words: what each setting is called, what its value means, and where it comes from.

A setting is named as in the rules file (`workflows.amending`). Its source is a section of the published page, *Refund
rules* of 18 March 2026; None where that page leaves it open and Refundry decides.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows.amending import Difference, settings_of
from workflows.rules import Promotion, Rules

PERIOD: Final = "General refund rules: Refund period"
PROMOTIONAL: Final = "General refund rules: Promotional orders"
AMOUNT: Final = "General refund rules: Refund amount"


@dataclass(frozen=True, slots=True)
class Term:
    """A setting in words: its value in short, and the rule it makes as a sentence."""

    setting: str
    title: str
    value: str
    meaning: str
    source: str | None


@dataclass(frozen=True, slots=True)
class _Wording:
    """How settings of one kind are said; in `title` and `meaning`, `{of}` is the currency or the promotion."""

    title: str
    shown: Callable[[Any], str]
    meaning: str | Mapping[str, str]
    source: str | None = None


def terms_of(rules: Rules) -> Iterator[Term]:
    """Every term of a version; the promotions have words of their own."""
    told = [(setting, value) for setting, value in settings_of(rules).items() if not setting.startswith("promotions.")]
    for setting, value in sorted(told, key=lambda one: place_of(one[0])):
        source = _wording(setting)[0].source
        yield Term(setting, title_of(setting), in_words(setting, value), _meaning(setting, value), source)


def place_of(setting: str) -> tuple[int, str]:
    """What settings are put in order by: the weightiest kind first, and within a kind by name."""
    return [*_WORDINGS.values()].index(_wording(setting)[0]), setting


def title_of(setting: str) -> str:
    """What a setting is called: `review.above.USD` is "A second person decides above, USD"."""
    said, of = _wording(setting)
    return said.title.format(of=of)


def in_words(setting: str, value: Any) -> str:
    """A value with its unit: `14 days`, `500.00 USD`; None is `not set`."""
    said, of = _wording(setting)
    return "not set" if value is None else said.shown(value).format(of=of)


def sentence(one: Difference) -> str:
    """A difference in words: `Refund window: 7 days → 14 days`."""
    before, after = (in_words(one.setting, value) for value in (one.before, one.after))
    return f"{title_of(one.setting)}: {before} → {after}"


def promotion_in_words(promotion: Promotion, rules: Rules) -> str:
    """What a promotion changes, as a sentence."""
    if not promotion.refundable:
        return "Not refunded at all."
    if promotion.window_days in (None, rules.window.days):
        return "Refunded like everything else."
    return f"Refunded within {_days(promotion.window_days)} instead of {_days(rules.window.days)}."


def _meaning(setting: str, value: Any) -> str:
    said, of = _wording(setting)
    text = said.meaning if isinstance(said.meaning, str) else said.meaning[value]
    return text.format(value=in_words(setting, value), of=of)


def _wording(setting: str) -> tuple[_Wording, str]:
    """How a setting is said, and the currency or promotion it is about."""
    table, _, rest = setting.partition(".")
    if table == "promotions":
        of, _, name = rest.rpartition(".")
        return _WORDINGS[f"promotions.{name}"], of
    kind, _, of = setting.rpartition(".")
    return (_WORDINGS[setting], "") if setting in _WORDINGS else (_WORDINGS[kind], of)


def _days(count: int | None) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _span(told: str) -> str:
    count, unit = int(told[:-1]), {"d": "day", "h": "hour", "m": "minute", "s": "second"}[told[-1]]
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _amount(told: str) -> str:
    return f"{told} {{of}}"


_WORDINGS: Final[Mapping[str, _Wording]] = {
    "window.days": _Wording(
        "Refund window",
        _days,
        "A refund must be asked for within {value} after the payment, and a revocation or reset be completed by then.",
        PERIOD,
    ),
    "window.convention": _Wording(
        "Days are counted",
        {"calendar_days": "as calendar days", "exact": "as 24 hours each"}.__getitem__,
        {
            "calendar_days": "The day of payment is not counted; the window ends with the end of its last day.",
            "exact": "The window ends so many times 24 hours after the payment, to the second.",
        },
        PERIOD,
    ),
    "window.zone": _Wording("Zone of the days", str, "Days begin and end as clocks in {value} say."),
    "late_arrival": _Wording(
        "Late word is taken for",
        _span,
        "What happened before the deadline and is told within {value} after it counts by its own time.",
    ),
    "money.coupon_allocation": _Wording(
        "Coupons of metered things",
        {"coupon_first": "used up first", "proportional": "used up in proportion"}.__getitem__,
        {
            "coupon_first": "What is consumed is taken from the coupon first; coupons are not refunded.",
            "proportional": "What is consumed is taken from cash and coupon in proportion; coupons are not refunded.",
        },
        AMOUNT,
    ),
    "review.within": _Wording(
        "Reviews are due within", _span, "A refund that has waited {value} for a person is told as overdue."
    ),
    "review.above": _Wording(
        "A second person decides above, {of}",
        _amount,
        "A refund of more than {value} waits for somebody other than who asked for it.",
    ),
    "override.up_to": _Wording(
        "Override up to, {of}",
        _amount,
        "Account managers may refund up to {value} although a rule says no, with a second one's word.",
    ),
    "promotions.refundable": _Wording(
        "Promotion {of}", lambda value: "refundable" if value else "not refundable", "", PROMOTIONAL
    ),
    "promotions.window_days": _Wording("Refund window of promotion {of}", _days, "", PROMOTIONAL),
}
