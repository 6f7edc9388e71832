"""Opening the desk: the database brought up to date, and the rules it has seen together with those given now."""

from collections.abc import Sequence
from datetime import datetime

from persistence import database, definitions, population, schema, terms
from persistence.database import is_there, open_engine
from persistence.errors import StoreOutdatedError
from persistence.store import Engine, Store
from service.clock import Clock, SharedClock, SystemClock
from service.desk import Desk
from service.migrating import carry_over, check_nobody_stranded
from service.recounting import is_uncounted, recount
from service.sandbox import Sandbox
from service.standard_rules import STANDARD_RULES
from workflows.catalogue import Catalogue
from workflows.refund_machine import REFUND
from workflows.rules import RuleBook, Rules, parse_rules
from workflows.step import Policy
from workflows.window_machine import WINDOW


def look_at(engine: Engine, catalogue: Catalogue, clock: Clock) -> Desk:
    """The desk over a database as it stands: nothing is upgraded, kept or carried over.

    Raises StoreOutdatedError where the database is not up to date, StoreError where it cannot be used.
    """
    store = Store(engine)
    with store.reading() as connection:
        if not schema.is_current(connection):
            raise StoreOutdatedError(StoreOutdatedError.__doc__)
        kept = terms.load(connection)
    rulebook = RuleBook(kept or [parse_rules(STANDARD_RULES)])
    return Desk(store, Policy(catalogue, rulebook), clock)


def clock_of(store: Store) -> Clock:
    """The clock that a running service goes by: the database's, where that is one that replicas share."""

    def look() -> datetime:
        with store.reading() as connection:
            return database.clock_says(connection)

    with store.reading() as connection:
        shared = database.has_clock(connection)
    return SharedClock(look) if shared else SystemClock()


def open_desk(engine: Engine, catalogue: Catalogue, given: Sequence[Rules], clock: Clock) -> Desk:
    """The desk over a database, upgraded first.

    Rules given are kept in the database for good, so that what is pinned to a version keeps it. Where none are given
    and none are kept, the built-in ones are used. Whoever stands in a state that a definition dropped is carried to
    where its mapping says. Raises RulesError where a version is given with other terms than it is kept with,
    StrandedError where a definition has no place for somebody, StoreError where the database cannot be used.
    """
    schema.upgrade(engine, catalogue)
    store = Store(engine)
    machines = (*catalogue, REFUND, WINDOW)
    with store.reading() as connection:
        kept = terms.load(connection)
        unknown = definitions.missing(connection, machines)
        dropped = population.places_dropped(connection, catalogue)
        uncounted = is_uncounted(connection)
        if unknown or dropped:
            check_nobody_stranded(connection, catalogue, dropped)
    wanted = list(given) if given or kept else [parse_rules(STANDARD_RULES)]
    rulebook = RuleBook([*kept, *wanted])
    new = [rules for rules in rulebook if rules.version not in {one.version for one in kept}]
    if new:
        with store.writing() as connection:
            terms.store(connection, new, SystemClock().now())
    if unknown:
        with store.writing() as connection:
            definitions.keep(connection, unknown, SystemClock().now())
    desk = Desk(store, Policy(catalogue, rulebook), clock, {"sandbox": Sandbox(store)})
    if uncounted:
        recount(desk)
    if dropped:
        carry_over(desk)
    return desk


def kept_rules(url: str) -> list[Rules]:
    """The rules versions that a database keeps; none where there is no database yet. Changes nothing there.

    Raises BadDatabaseUrlError, or StoreError where the database cannot be read.
    """
    engine = open_engine(url)
    try:
        if not is_there(url):
            return []
        with Store(engine).reading() as connection:
            return terms.load(connection)
    except StoreOutdatedError:
        return []
    finally:
        engine.dispose()
