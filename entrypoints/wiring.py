"""Wiring: settings become a desk."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from entrypoints.providers import providers_of
from entrypoints.settings import Settings
from persistence.database import open_engine
from service.clock import Clock, SystemClock
from service.desk import Desk
from service.hooks.addresses import parse_reach
from service.hooks.opening import with_hooks
from service.opening import clock_of, look_at, open_desk
from workflows.catalogue import Catalogue
from workflows.products import CATALOGUE
from workflows.rules import Rules, RulesError, parse_rules


def read_rules(files: Sequence[str]) -> list[Rules]:
    """The rules versions in these files. Raises RulesError naming the file at fault."""
    return [_read(name) for name in files]


def _read(name: str) -> Rules:
    try:
        return parse_rules(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, OverflowError, RecursionError) as error:
        raise RulesError(f"rules file {name}: {error}") from None


def wire(settings: Settings, clock: Clock | None = None, given: Sequence[Rules] = ()) -> Desk:
    """The desk for these settings, its database upgraded; `given` are rules beside those of the settings' files.

    Raises SettingsError, RulesError, StoreError, BadDatabaseUrlError or BadAllowanceError.
    """
    reach = parse_reach(settings.hooks_allow)
    configured = providers_of(settings)
    engine = open_engine(settings.database_url)
    desk = open_desk(engine, CATALOGUE, [*read_rules(settings.rules_files), *given], clock or SystemClock())
    desk = replace(
        desk,
        clock=clock or clock_of(desk.store),
        providers={**desk.providers, **configured},
        account_managers=settings.account_managers,
        waits=settings.waits,
    )
    return with_hooks(desk, reach)


def look(settings: Settings, catalogue: Catalogue) -> Desk:
    """A desk to look only: the database stays as it is. Raises StoreError or BadDatabaseUrlError."""
    return look_at(open_engine(settings.database_url), catalogue, SystemClock())
