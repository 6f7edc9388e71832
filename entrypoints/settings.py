"""Settings, read from `REFUNDRY_*` variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.waits import Waits

DEFAULT_DATABASE_URL = "sqlite:///refundry.db"
DEFAULT_MAX_BODY_BYTES = 5 * 1024 * 1024
DEFAULT_MOST_WAITING_EVENTS = 10_000
MOST_MONTHS = 1_200


class SettingsError(ValueError):
    """A setting cannot be used; the message names the variable and what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process is told from outside. `rules_files` are read in order, each one version.

    `keep_months`: how many whole months of history, inbox and outbox are kept beside the present one; None: all.
    """

    database_url: str = DEFAULT_DATABASE_URL
    rules_files: tuple[str, ...] = ()
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    most_waiting_events: int = DEFAULT_MOST_WAITING_EVENTS
    tick_seconds: float = 1.0
    log_level: str = "info"
    account_managers: frozenset[str] = frozenset()
    waits: Waits = field(default_factory=Waits)
    keep_months: int | None = None
    hooks_allow: str = ""
    stripe_api_key: str | None = field(default=None, repr=False)
    stripe_api_base: str | None = None
    stripe_webhook_secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        files = environment.get("REFUNDRY_RULES", "")
        return cls(
            database_url=environment.get("REFUNDRY_DATABASE_URL") or DEFAULT_DATABASE_URL,
            rules_files=tuple(name for name in files.split(os.pathsep) if name),
            max_body_bytes=int(_number(environment, "REFUNDRY_MAX_BODY_BYTES", DEFAULT_MAX_BODY_BYTES, 1024)),
            most_waiting_events=int(
                _number(environment, "REFUNDRY_MOST_WAITING_EVENTS", DEFAULT_MOST_WAITING_EVENTS, 1)
            ),
            tick_seconds=_number(environment, "REFUNDRY_TICK_SECONDS", 1.0, 0.05),
            log_level=_level(environment.get("REFUNDRY_LOG_LEVEL", "info")),
            waits=_waits(environment.get("REFUNDRY_ASK_AGAIN")),
            keep_months=_months(environment.get("REFUNDRY_KEEP_MONTHS")),
            account_managers=frozenset(_names(environment.get("REFUNDRY_ACCOUNT_MANAGERS", ""))),
            hooks_allow=environment.get("REFUNDRY_HOOKS_ALLOW", ""),
            stripe_api_key=environment.get("REFUNDRY_STRIPE_API_KEY") or None,
            stripe_api_base=environment.get("REFUNDRY_STRIPE_API_BASE") or None,
            stripe_webhook_secret=environment.get("REFUNDRY_STRIPE_WEBHOOK_SECRET") or None,
        )


def _number(environment: Mapping[str, str], name: str, default: float, least: float) -> float:
    told = environment.get(name)
    if told is None:
        return default
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not value >= least or value == float("inf"):
        raise SettingsError(f"{name} is {told!r}; it must be a number of at least {least}")
    return value


def _months(told: str | None) -> int | None:
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and int(told) <= MOST_MONTHS):
        raise SettingsError(f"REFUNDRY_KEEP_MONTHS is {told!r}; it must be a whole number from 0 to {MOST_MONTHS}")
    return int(told)


def _waits(told: str | None) -> Waits:
    try:
        return Waits() if told is None else Waits.parsed(told)
    except ValueError as error:
        raise SettingsError(f"REFUNDRY_ASK_AGAIN: {error}; it must be a list such as 1m,5m,30m,1h") from None


def _names(told: str) -> list[str]:
    return [name.strip() for name in told.split(",") if name.strip()]


def _level(told: str) -> str:
    allowed = ("debug", "info", "warning", "error")
    if told.lower() not in allowed:
        raise SettingsError(f"REFUNDRY_LOG_LEVEL is {told!r}; it must be one of {', '.join(allowed)}")
    return told.lower()
